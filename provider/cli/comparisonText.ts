import type { Cell } from "../comparedFields";
import type { ComparedDataSource, Comparison, Promotion, Row, Step } from "../comparison";
import { excerpt } from "../errors";
import { changeLines } from "../swagger/changeReport";
import { CLASSES, deedOf, deserves, instant, sentences, shown, titleOf } from "./comparisonWords";
import { printable } from "./printable";
import { table } from "./table";

/** A comparison of stages for a terminal, and for scripts. */

/** Of one data source and class; the page has them all. */
const MOST_LINES = 100;

export function text(comparison: Comparison, stream: NodeJS.WriteStream): string {
  const { stacks, dataSources, promotions } = comparison;
  const overview = stacks.map(({ name, lastUpdate, dataSources: own }) => {
    return [name, lastUpdate === undefined ? "never, or destroyed" : instant(lastUpdate), String(own.length)];
  });
  const unfinished = stacks.flatMap(({ name, unfinished }) => unfinished.map((what) => `${name}: ${what}`));
  return [
    table(["STACK", "LAST UPDATE", "DATA SOURCES"], overview, stream),
    ...unfinished,
    ...dataSources.flatMap((dataSource) => ["", ...rowLines(dataSource, comparison, stream)]),
    ...promotions.filter(({ same }) => !same).flatMap((promotion) => ["", ...promotionLines(promotion)]),
    "",
    ...sentences(comparison),
  ].join("\n");
}

function rowLines({ name, there, rows }: ComparedDataSource, { stacks }: Comparison, stream: NodeJS.WriteStream) {
  const title = titleOf(name);
  const present = there.filter((is) => is).length;
  const all = present === there.length;
  const worth = rows.filter(deserves);
  if (worth.length === 0 && all) return [`${title}: the same in all, by each of ${rows.length} fields`];
  const missing = all ? [] : [["", "differs", ...there.map((is) => (is ? "there" : "missing"))]];
  const lines = worth.map((row) => [
    row.field,
    kindOf(row),
    ...row.cells.map((cell, at) => (there[at] ? shown(cell) : "")),
  ]);
  const same = rows.filter((row) => !deserves(row)).map(({ field }) => excerpt(field, 60));
  return [
    table([title, "", ...stacks.map((stack) => stack.name)], [...missing, ...lines], stream),
    ...(same.length === 0 || present < 2 ? [] : [`the same in ${all ? "all" : "those"}: ${same.join(", ")}`]),
  ];
}

function kindOf({ group, expected, same }: Row): string {
  if (group !== "promoted") return group;
  if (same) return "";
  return expected ? "expected" : "differs";
}

function promotionLines(promotion: Promotion): string[] {
  const { from, to, steps } = promotion;
  return [
    `${from} → ${to}: what a promotion would change in ${to}`,
    ...steps.filter(({ kind }) => kind !== "same").flatMap((step) => stepLines(step, promotion)),
  ];
}

function stepLines(step: Step, promotion: Promotion): string[] {
  const deed = deedOf(step, promotion);
  const fields = step.fields.map(({ field, expected, before, after }) => {
    return `${excerpt(field, 60)}: ${shown(before)} → ${shown(after)}${expected ? " (expected)" : ""}`;
  });
  const operations = CLASSES.flatMap(([kind, title]) => {
    const some = step.operations.filter((change) => change.class === kind);
    return some.length === 0 ? [] : [`${title}:`, ...changeLines(some, MOST_LINES).map((line) => `  ${line}`)];
  });
  const lines = [...(deed === undefined ? [] : [deed]), ...fields, ...operations];
  return [`  ${titleOf(step.dataSource)}`, ...lines.map((line) => `    ${line}`)];
}

export function json(comparison: Comparison, now: Date): string {
  const { same, stacks, dataSources, promotions } = comparison;
  const value = (cell: Cell | undefined) => (cell === undefined ? null : excerpt(cell.text));
  const told = {
    same,
    comparedAt: now.toISOString(),
    stacks: stacks.map(({ name, lastUpdate, dataSources, unfinished }) => {
      return { name, lastUpdate: lastUpdate ?? null, dataSources: dataSources.length, unfinished };
    }),
    dataSources: dataSources.map(({ name, there, rows }) => ({
      name: titleOf(name),
      there,
      fields: rows.map(({ field, group, expected, same, cells }) => {
        return { field: excerpt(field), group, same, expected, values: cells.map(value) };
      }),
    })),
    promotions: promotions.map(({ from, to, same, steps }) => ({
      from,
      to,
      same,
      dataSources: steps.map(({ dataSource, kind, fields, operations }) => ({
        name: titleOf(dataSource),
        kind,
        fields: fields.map(({ field, expected, before, after }) => {
          return { field: excerpt(field), expected, before: value(before), after: value(after) };
        }),
        operations,
      })),
    })),
  };
  return printable(JSON.stringify(told));
}
