import type { Cell } from "../comparedFields";
import type { Comparison, Promotion, Row, Step } from "../comparison";
import { excerpt } from "../errors";
import type { ChangeClass } from "../swagger/change";

/** What the comparison of stages says in words, in a terminal and on the page alike. */

/** A sentence for each promotion, as in "stage is what dev is". */
export function sentences({ promotions, stacks }: Comparison): string[] {
  return promotions.map((promotion, index) => {
    const { from, to, steps, same } = promotion;
    if (steps.length === 0) return `neither ${from} nor ${to} has a data source`;
    if (same) {
      const expected = steps.some(({ fields }) => fields.length > 0);
      return `${to} is what ${from} is${expected ? ", but for what is expected to differ" : ""}`;
    }
    if (stacks[index + 1]?.lastUpdate === undefined) {
      return `nothing is deployed in ${to}: a promotion would create ${countOf(steps.length, "data source")}`;
    }
    const different = steps.filter(({ kind }) => kind !== "same").length;
    const danger = dangerOf(promotion);
    const count = `${different} of ${countOf(steps.length, "data source")} ${different === 1 ? "differs" : "differ"}`;
    return `${to} is not what ${from} is: ${count}${danger === undefined ? "" : `, and a promotion ${danger} forms there`}`;
  });
}

export type Danger = "would break" | "may break";

/** What a promotion does to form data models of the stage that gets it; undefined where they notice nothing. */
export function dangerOf({ steps }: Pick<Promotion, "steps">): Danger | undefined {
  const classes = steps.flatMap(({ operations }) => operations.map((change) => change.class));
  if (classes.includes("breaking") || steps.some(({ kind }) => kind === "deleted")) return "would break";
  return classes.includes("unclear") ? "may break" : undefined;
}

/** The worst comes first, here and in every list. */
export const CLASSES: readonly (readonly [kind: ChangeClass, title: string])[] = [
  ["breaking", "breaks form data models"],
  ["unclear", "may break them: the state keeps digests, which can't tell"],
  ["compatible", "breaks nothing"],
];

/** What a step does to its data source; undefined where fields and operations say it. */
export function deedOf({ kind, fields, operations }: Step, { from, to }: Promotion): string | undefined {
  if (kind === "created") return `only in ${from}: a promotion creates it`;
  if (kind === "deleted") return `only in ${to}: a promotion deletes it there, and forms that use it break`;
  const file = fields.some(({ field }) => field === "api.digest");
  return file && operations.length === 0
    ? "the operations are the same; the Swagger file differs elsewhere, as in its host or its texts"
    : undefined;
}

/** One line, safe to print. The digest of a Swagger file is cut to what tells two of them apart. */
export function shown(cell: Cell | undefined): string {
  return excerpt(cell?.text ?? "-").replace(/^([0-9a-f]{12})[0-9a-f]{52}/, "$1");
}

export function titleOf(name: string): string {
  return excerpt(name, 120);
}

/** Whether a row is worth a look: the others are the same in all stages. */
export function deserves({ same, cells }: Row): boolean {
  return !same || cells.some((cell) => cell?.trouble);
}

/** As in `2026-11-28 19:46 UTC`. */
export function instant(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

export function countOf(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
