import assert from "node:assert/strict";
import { type Field, record } from "../../unit/world/aemClient";
import { hinted, JSON_TYPE, SWAGGER, seen, type TheBench, UPLOAD } from "./bench";
import { type Refusal, refused } from "./documents";

interface Attempt {
  readonly what: string;
  /** Where it is sent to, from a page that is there. */
  readonly to: (page: string) => string;
  readonly fields: readonly Field[];
  readonly refusal: (page: string) => Refusal;
}

const page = (path: string) => path;
const content = (path: string) => `${path}/jcr:content`;
const prefixed = (path: string) => path.replace("contract-", "foo:contract-");
const sibling = (path: string) => `${path}-new`;

const ATTEMPTS: readonly Attempt[] = [
  {
    what: "a Long that is none",
    to: content,
    fields: hinted("a", "Long", "1.5"),
    refusal: () => ({ kind: "invalid", message: "Invalid value 1.5 for type Long" }),
  },
  {
    what: "a Date that is none",
    to: content,
    fields: hinted("a", "Date", "soon"),
    refusal: () => ({ kind: "invalid", message: "Invalid date soon" }),
  },
  {
    what: "a Double that is none",
    to: content,
    fields: hinted("a", "Double", "much"),
    refusal: () => ({ kind: "invalid", message: "Invalid value much for type Double" }),
  },
  {
    what: "a property of a cq:Page, which has none",
    to: page,
    fields: [["foo", "bar"]],
    refusal: (path) => forbidden(path, "foo", "bar"),
  },
  {
    what: "a property of a cq:Page, sent to its content",
    to: content,
    fields: [["../foo", "bar"]],
    refusal: (path) => forbidden(path, "foo", "bar"),
  },
  {
    what: "the protected jcr:createdBy",
    to: content,
    fields: [["./jcr:createdBy", "me"]],
    refusal: () => ({ kind: "invalid", message: "Property is protected: jcr:createdBy = me" }),
  },
  {
    what: "jcr:isCheckedOut, which only a versionable node has,",
    to: content,
    fields: [["./jcr:isCheckedOut", "true"]],
    refusal: (path) => ({
      kind: "conflict",
      message: "Unable to commit changes to session.",
      changes: [`modified ${path}/jcr:content/jcr:isCheckedOut`],
    }),
  },
  {
    what: "a Long beyond 64 bits",
    to: content,
    fields: hinted("a", "Long", "9223372036854775808"),
    refusal: () => ({ kind: "invalid", message: "Invalid value 9223372036854775808 for type Long" }),
  },
  {
    what: "the removal of the type",
    to: content,
    fields: [["./jcr:primaryType@Delete", "true"]],
    refusal: () => ({ kind: "pointer" }),
  },
  {
    what: "the removal of the protected jcr:created",
    to: content,
    fields: [["./jcr:created@Delete", "true"]],
    refusal: (path) => ({
      kind: "argument",
      message: `Property 'jcr:created' can't be removed from node '${path}/jcr:content'.`,
    }),
  },
  {
    what: "an empty type of an existing node",
    to: content,
    fields: [["./jcr:primaryType", ""]],
    refusal: () => ({ kind: "argument", message: "Invalid name: " }),
  },
  {
    what: "an empty type of a new node",
    to: sibling,
    fields: [["jcr:primaryType", ""]],
    refusal: () => ({ kind: "argument", message: "Invalid name: " }),
  },
  {
    what: "a property of a property",
    to: content,
    fields: [["./good/a", "1"]],
    refusal: (path) => ({ kind: "invalid", message: `Resource at '${path}/jcr:content/good' is not modifiable.` }),
  },
  {
    what: "a node below a property",
    to: (path) => `${path}/jcr:content/good/child`,
    fields: [["a", "1"]],
    refusal: () => ({ kind: "cast" }),
  },
  {
    what: "a file where a property of its name stands",
    to: content,
    fields: [
      ["./good@TypeHint", "nt:file"],
      ["./good", SWAGGER],
    ],
    refusal: () => ({ kind: "cast" }),
  },
  {
    what: "an unknown type of a new node",
    to: sibling,
    fields: [["jcr:primaryType", "no:such"]],
    refusal: (path) => ({ kind: "conflict", message: `Unable to create node at ${path}-new` }),
  },
  {
    what: "an unknown type of an existing node",
    to: page,
    fields: [["jcr:primaryType", "no:such"]],
    refusal: () => ({ kind: "invalid", message: "no:such" }),
  },
  {
    what: "an illegal property name",
    to: content,
    fields: [["./a[b]", "1"]],
    refusal: () => ({ kind: "conflict", message: "Invalid name or path: a[b]" }),
  },
  {
    what: "a property name that ends with a colon",
    to: content,
    fields: [["./a:", "1"]],
    refusal: () => ({ kind: "conflict", message: "Invalid name or path: a:" }),
  },
  {
    what: "a node name with an unknown prefix",
    to: prefixed,
    fields: [["./a", "1"]],
    refusal: (path) => ({
      kind: "conflict",
      message: "Unable to commit changes to session.",
      isCreate: true,
      changes: [`created ${prefixed(path)}`, `modified ${prefixed(path)}/a`],
    }),
  },
  {
    what: "a child that the type of its parent doesn't allow",
    to: content,
    fields: [["./swaggerFile/child/a", "1"]],
    refusal: (path) => ({
      kind: "conflict",
      message: `Unable to create node at ${path}/jcr:content/swaggerFile/child`,
    }),
  },
  {
    what: "a name that leads out of the tree",
    to: content,
    fields: [[`./${"../".repeat(12)}a`, "1"]],
    refusal: () => ({ kind: "pointer" }),
  },
];

function forbidden(node: string, name: string, value: string): Refusal {
  return { kind: "argument", message: `Value '${value}' for property '${name}' can't be put into node '${node}'.` };
}

export function refusals(bench: TheBench): void {
  describe("refusing", () => {
    let path: string;
    let untouched: unknown;
    before(async () => {
      path = await bench().make(["./good", "1"], ...UPLOAD);
      untouched = await bench().tree(path);
    });

    for (const { what, to, fields, refusal } of ATTEMPTS) {
      it(`${what} says why, and stores nothing`, async () => {
        const reply = await bench().post(to(path), ...fields);
        assert.deepEqual(seen(reply), refused(bench().mode, to(path), refusal(path)));
        assert.deepEqual(await bench().trees(path, sibling(path)), [untouched, undefined]);
      });
    }

    it("one bad field of a new page stores nothing of the good ones", async () => {
      const fresh = bench().page();
      const reply = await bench().save(fresh, ["./good", "1"], ...UPLOAD, ...hinted("bad", "Long", "abc"));
      const refusal: Refusal = { kind: "invalid", message: "Invalid value abc for type Long", isCreate: true };
      assert.deepEqual(seen(reply), refused(bench().mode, content(fresh), refusal));
      assert.equal(await bench().tree(fresh), undefined);
    });

    it("one bad field of an existing page changes nothing by the good ones", async () => {
      const good: Field[] = [
        ["./good", "changed"],
        ["./new", "1"],
        ["./swaggerFile", { ...SWAGGER, text: "{}" }],
      ];
      const { status } = await bench().save(path, ...good, ...hinted("bad", "Date", "soon"));
      assert.equal(status, bench().mode === "modern" ? 422 : 500);
      assert.deepEqual(await bench().tree(path), untouched);
    });

    it("the protected jcr:created says why in Java's own words", async () => {
      const { status, json } = await bench().save(path, ["./jcr:created", "2026-01-01T00:00:00.000Z"]);
      assert.equal(status, 500);
      assert.match(
        String(record(record(json).error).message),
        /^Value 'java\.util\.GregorianCalendar\[time=1767225600000.*\]' for property 'jcr:created' can't be put into/,
      );
      assert.deepEqual(await bench().tree(path), untouched);
    });

    it("an unknown operation has no path in its answer", async () => {
      const message = "Invalid operation specified for POST request";
      const reply = await bench().post(path, [":operation", "frobnicate"]);
      const body = { referer: "", "status.message": message, "status.code": 500, changes: [] };
      assert.deepEqual(seen(reply), { status: 500, type: JSON_TYPE, body });
    });
  });
}
