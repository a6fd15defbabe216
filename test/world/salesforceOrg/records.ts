import type { DescribedField, DescribedObject } from "../../../provider/salesforce/describe";

/** What the replayed org keeps, and refuses as Salesforce documents it (REST API Developer Guide, error codes). */

type Values = Readonly<Record<string, unknown>>;

export class Refusal {
  constructor(
    readonly status: number,
    readonly errorCode: string,
    readonly fields: readonly string[] = [],
  ) {}
}

export class Records {
  readonly #byId = new Map<string, { readonly object: DescribedObject; readonly values: Values }>();
  #made = 0;

  constructor(
    private readonly objects: ReadonlyMap<string, DescribedObject>,
    private readonly basePath: string,
  ) {}

  create(object: DescribedObject, values: Values): string | Refusal {
    const missing = object.fields.filter((field) => {
      return field.createable && !field.nillable && !field.defaultedOnCreate && (values[field.name] ?? "") === "";
    });
    if (missing.length > 0) return new Refusal(400, "REQUIRED_FIELD_MISSING", names(missing));
    const refusal = refusalOf(object, values, "createable");
    if (refusal) return refusal;
    this.#made += 1;
    const id = `a0${object.name.slice(0, 1)}${String(this.#made).padStart(15, "0")}`;
    this.#byId.set(id, { object, values });
    return id;
  }

  read(object: DescribedObject, id: string): Values | Refusal {
    const record = this.find(object, id);
    return record instanceof Refusal ? record : this.shown(object, id, names(object.fields));
  }

  update(object: DescribedObject, id: string, values: Values): Refusal | undefined {
    const record = this.find(object, id);
    if (record instanceof Refusal) return record;
    const refusal = refusalOf(object, values, "updateable");
    if (!refusal) this.#byId.set(id, { object, values: { ...record, ...values } });
    return refusal;
  }

  delete(object: DescribedObject, id: string): Refusal | undefined {
    const record = this.find(object, id);
    if (record instanceof Refusal) return record;
    this.#byId.delete(id);
    return undefined;
  }

  /** SOQL as far as `SELECT fields FROM object`, with one equation of texts. */
  query(statement: string): readonly Values[] | Refusal {
    const form = /^SELECT ([\w, ]+) FROM (\w+)(?: WHERE (\w+) = '([^']*)')?$/.exec(statement);
    const [, fields = "", name = "", where, wanted] = form ?? [];
    const object = this.objects.get(name);
    if (form === null) return new Refusal(400, "MALFORMED_QUERY");
    if (object === undefined) return new Refusal(400, "INVALID_TYPE");
    const selected = fields.split(",").map((field) => field.trim());
    const known = names(object.fields);
    if (![...selected, ...(where ? [where] : [])].every((field) => known.includes(field))) {
      return new Refusal(400, "INVALID_FIELD");
    }
    return [...this.#byId].flatMap(([id, record]) => {
      if (record.object !== object || (where !== undefined && record.values[where] !== wanted)) return [];
      return [this.shown(object, id, selected)];
    });
  }

  private find(object: DescribedObject, id: string): Values | Refusal {
    const record = this.#byId.get(id);
    return record?.object === object ? record.values : new Refusal(404, "NOT_FOUND");
  }

  private shown(object: DescribedObject, id: string, fields: readonly string[]): Values {
    const values = this.#byId.get(id)?.values ?? {};
    const url = `${this.basePath}/sobjects/${object.name}/${id}`;
    const shown = fields.map((field) => [field, field === "Id" ? id : (values[field] ?? null)]);
    return { attributes: { type: object.name, url }, ...Object.fromEntries(shown) };
  }
}

function refusalOf(object: DescribedObject, values: Values, may: "createable" | "updateable"): Refusal | undefined {
  const byName = new Map(object.fields.map((field) => [field.name, field]));
  for (const [name, value] of Object.entries(values)) {
    const field = byName.get(name);
    if (field === undefined) return new Refusal(400, "INVALID_FIELD", [name]);
    if (!field[may]) return new Refusal(400, "INVALID_FIELD_FOR_INSERT_UPDATE", [name]);
    if (typeof value === "string" && field.length > 0 && value.length > field.length) {
      return new Refusal(400, "STRING_TOO_LONG", [name]);
    }
    const known = field.picklistValues.some((entry) => entry.active && entry.value === value);
    if (field.restrictedPicklist && !known) {
      return new Refusal(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", [name]);
    }
  }
  return undefined;
}

function names(fields: readonly DescribedField[]): string[] {
  return fields.map(({ name }) => name);
}
