import type { WireValue } from "../dynamicHost";

type Given = Readonly<Record<string, WireValue>>;

/** The secrets of one run, which nobody has heard of before. */
export interface Secrets {
  readonly first: string;
  readonly next: string;
}

/** What a program says of its data source, and which secret its app has. */
export interface Version {
  readonly secret: keyof Secrets;
  readonly args: Given;
}

/** One command of `pulumi` in which something goes wrong. */
export interface Scenario {
  readonly name: string;
  /** What stands before; nothing for a create. */
  readonly before?: Version;
  /** What the command is to achieve; nothing is left after a destroy. */
  readonly wanted?: Version;
}

const AS_IT_WAS: Version = { secret: "first", args: {} };

export const SCENARIOS: readonly Scenario[] = [
  { name: "create", wanted: AS_IT_WAS },
  {
    name: "update",
    before: AS_IT_WAS,
    wanted: { secret: "first", args: { title: "Second", swagger: { file: "next.json" } } },
  },
  { name: "rotate", before: AS_IT_WAS, wanted: { secret: "next", args: {} } },
  { name: "publish", before: AS_IT_WAS, wanted: { secret: "first", args: { title: "Second", publish: true } } },
  { name: "delete", before: { secret: "first", args: { publish: true } } },
];
