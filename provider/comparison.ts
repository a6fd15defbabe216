import { type Cell, expectedAs, fieldsFor, type Group } from "./comparedFields";
import { HIDDEN, type StackState, type StoredDataSource } from "./stackState";
import type { Change } from "./swagger/change";
import { compareApis } from "./swagger/compareApis";

/** What differs between the stages of one program, and what a promotion from each to the next would change. Pure. */

export interface Comparison {
  /** In the order of the stages. */
  readonly stacks: readonly StackState[];
  readonly dataSources: readonly ComparedDataSource[];
  readonly promotions: readonly Promotion[];
  /** Whether nothing differs that a promotion carries over, but for what is expected to. */
  readonly same: boolean;
}

export interface ComparedDataSource {
  readonly name: string;
  /** By stage: whether it is there. */
  readonly there: readonly boolean[];
  readonly rows: readonly Row[];
}

export interface Row {
  readonly field: string;
  readonly group: Group;
  readonly expected: boolean;
  /** In all stages that have the data source. */
  readonly same: boolean;
  /** By stage: whether it differs from the last one before that has the data source. */
  readonly changed: readonly boolean[];
  /** By stage; undefined where its state says nothing. */
  readonly cells: readonly (Cell | undefined)[];
}

/** From one stage to the next: what the second would become if it got what the first has. */
export interface Promotion {
  readonly from: string;
  readonly to: string;
  readonly same: boolean;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly dataSource: string;
  readonly kind: "same" | "changed" | "created" | "deleted";
  readonly fields: readonly FieldChange[];
  readonly operations: readonly Change[];
}

export interface FieldChange {
  readonly field: string;
  readonly expected: boolean;
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** `expected`: fields that are meant to differ, by the words of `expectedAs`. */
export function compareStacks(stacks: readonly StackState[], expected: readonly string[]): Comparison {
  const names = new Set(stacks.flatMap(({ dataSources }) => dataSources.map(({ name }) => name)));
  const matched = [...names].sort().map((name) => ({ name, versions: stacks.map((stack) => find(stack, name)) }));
  const dataSources = matched.map(({ name, versions }) => ({
    name,
    there: versions.map((version) => version !== undefined),
    rows: rowsOf(versions, expected),
  }));
  const promotions = stacks.slice(1).map((to, index): Promotion => {
    const steps = matched.flatMap(({ name, versions }, at) => {
      const rows = dataSources[at]?.rows ?? [];
      const [from, now] = [versions[index], versions[index + 1]];
      return from === undefined && now === undefined ? [] : [stepOf(name, from, now, rows, index)];
    });
    return { from: stacks[index]?.name ?? "", to: to.name, same: steps.every(({ kind }) => kind === "same"), steps };
  });
  return { stacks, dataSources, promotions, same: promotions.every(({ same }) => same) };
}

type Version = StoredDataSource | undefined;

function find({ dataSources }: StackState, name: string): Version {
  return dataSources.find((dataSource) => dataSource.name === name);
}

function rowsOf(versions: readonly Version[], expected: readonly string[]): Row[] {
  const present = versions.filter((version) => version !== undefined);
  return fieldsFor(present).flatMap(({ name, group, read }) => {
    const cells = versions.map((version) => version && read(version));
    if (cells.every((cell) => cell === undefined)) return [];
    const changed = versions.map((version, at) => {
      const earlier = versions.slice(0, at).findLast((other) => other !== undefined);
      return version !== undefined && earlier !== undefined && !sameCell(read(earlier), read(version));
    });
    const same = !changed.includes(true);
    return [{ field: name, group, expected: expected.includes(expectedAs(name)), same, changed, cells }];
  });
}

function sameCell(a: Cell | undefined, b: Cell | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return !a.open && !b.open && (a.key ?? a.text) === (b.key ?? b.text);
}

function stepOf(dataSource: string, from: Version, to: Version, rows: readonly Row[], index: number): Step {
  if (from === undefined) return { dataSource, kind: "deleted", fields: [], operations: [] };
  if (to === undefined) return { dataSource, kind: "created", fields: [], operations: [] };
  const fields = rows.flatMap(({ field, group, expected, cells }) => {
    const [after, before] = [cells[index], cells[index + 1]];
    return group !== "promoted" || sameCell(before, after) ? [] : [{ field, expected, before, after }];
  });
  const kind = fields.every(({ expected }) => expected) ? "same" : "changed";
  return { dataSource, kind, fields, operations: operationsOf(to, from) };
}

/** What form data models of the stage would notice of the other one's Swagger file. */
function operationsOf({ outputs: { api: before } }: StoredDataSource, { outputs: { api: after } }: StoredDataSource) {
  if (before === undefined || before === HIDDEN || after === undefined || after === HIDDEN) return [];
  return compareApis(before, after);
}
