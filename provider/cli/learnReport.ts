import { type Comparison, extraPropertiesOf, type Found, isAlike, isOfOtherProduct, type Missing } from "../aem/learn";
import { isOfNobody } from "../aem/masking";
import type { PropertyValue } from "../values";
import { PACKAGE_VERSION } from "../version";
import { printable } from "./printable";

/** What `learn` found: for the person at the terminal, for the program, for the maintainers, for scripts. */

/** Where the configuration was read, and how its product is known. */
export interface Learned extends Comparison {
  readonly source: string;
  readonly from: "an author" | "a .content.xml";
  readonly productBy: string;
}

const MASKED = "[secret]";

export function learnText(learned: Learned): string {
  const { source, product, productBy, otherKind, doubts } = learned;
  return [
    `${printable(source)}, beside the product table for ${product} (${productBy})`,
    ...otherKind.map((why) => `warning: it can't be compared: ${printable(why)}`),
    ...doubts.map((doubt) => `warning: ${doubt}`),
    ...(isAlike(learned) ? ["", "No difference: the table writes what the wizard wrote."] : differences(learned)),
  ].join("\n");
}

function differences(learned: Learned): string[] {
  const { unknown, differing, missing, childNodes } = learned;
  const width = Math.max(...[...unknown, ...differing, ...missing].map(({ property }) => property.length), 0);
  const row = (property: string, text: string) => `  ${printable(property).padEnd(width)}  ${text}`;
  return [
    ...section("The table lacks", unknown, (one) => row(one.property, `${shown(one)}${remark(one)}`)),
    ...section("Constants with another value", differing, (one) =>
      row(one.property, `${shown(one)}, in the table ${code(one.table)}${remark(one)}`),
    ),
    ...section("The table writes, and the wizard did not", missing, (one) => row(one.property, missingText(one))),
    ...section("Nodes that the table lacks", childNodes, (name) => `  ${printable(name)}`),
    ...pasteLines(learned),
    "",
    "To send to the maintainers of pulumi-aem-datasource (secrets, URLs and free text are left out; read it before):",
    ...reportLines(learned).map((line) => `  ${line}`),
  ];
}

function section<T>(title: string, some: readonly T[], line: (one: T) => string): string[] {
  return some.length === 0 ? [] : ["", `${title} (${some.length}):`, ...some.map(line)];
}

function remark(found: Found): string {
  if (found.value === undefined) return "";
  if (found.refused !== undefined) return `  (${found.refused})`;
  return isOfOtherProduct(found) && !("table" in found) ? "  (in the table for another product)" : "";
}

function missingText({ holds, evidence, perhaps }: Missing): string {
  const other = perhaps.length === 0 ? "" : `; here perhaps as ${perhaps.map(printable).join(" or ")}`;
  return `${holds}${other}  (its name was seen ${evidence})`;
}

function pasteLines(learned: Learned): string[] {
  const properties = extraPropertiesOf(learned);
  const tables = new Map(learned.differing.map(({ property, table }) => [property, table]));
  const secrets = learned.unknown.filter(({ value }) => value === undefined);
  if (properties.length === 0) return [];
  return [
    "",
    "To paste into the program:",
    "  extraProperties: {",
    ...properties.map(
      ([property, value]) => `    ${key(property)}: ${code(value)},${comment(value, tables.get(property))}`,
    ),
    ...secrets.map(({ property }) => `    // ${printable(property)}: a secret, or may be one, and no place for it`),
    "  },",
  ];
}

function comment(value: PropertyValue, table: string | undefined): string {
  if (table !== undefined) return ` // the table: ${code(table)}`;
  const isUrl = typeof value === "string" && /^https?:\/\//.test(value);
  return isUrl ? " // another one per stage? then from config" : "";
}

/** What may leave the house, and is enough to correct the table. */
export function reportLines(learned: Learned): string[] {
  const { from, product, productBy, unknown, differing, missing, childNodes, otherKind } = learned;
  return [
    `aem-datasource ${PACKAGE_VERSION} learn: ${product} (${productBy}), from ${from}`,
    ...(otherKind.length === 0 ? [] : ["not a data source as the table describes"]),
    ...unknown.map((one) => `lacks ${printable(one.property)} = ${anonymous(one)}`),
    ...differing.map((one) => `differs ${one.property} = ${anonymous(one)}, table ${code(one.table)}`),
    ...missing.map(({ property, perhaps }) => {
      return `not written ${property}${perhaps.length === 0 ? "" : ` (perhaps ${perhaps.map(printable).join(", ")})`}`;
    }),
    ...childNodes.map((name) => `node ${printable(name)}`),
    ...(isAlike(learned) ? ["no difference"] : []),
  ];
}

function anonymous({ property, value }: Found): string {
  if (value === undefined) return MASKED;
  if (isOfNobody(property, value)) return code(value);
  if (typeof value !== "string") return "a list";
  return /^https?:\/\//.test(value) ? "a URL" : `a text of ${value.length} characters`;
}

export function learnJson(learned: Learned): string {
  const { source, product, productBy, unknown, differing, missing, childNodes, otherKind, doubts } = learned;
  const plain = ({ property, value, refused }: Found) => ({ property, value: value ?? MASKED, refused });
  const json = JSON.stringify({
    source,
    product,
    productBy,
    alike: isAlike(learned),
    unknown: unknown.map(plain),
    differing: differing.map((one) => ({ ...plain(one), table: one.table })),
    missing,
    childNodes,
    otherKind,
    doubts,
    extraProperties: Object.fromEntries(extraPropertiesOf(learned)),
    report: reportLines(learned).join("\n"),
  });
  return printable(json);
}

function shown({ value }: Found): string {
  return value === undefined ? MASKED : code(value);
}

function key(property: string): string {
  return /^[A-Za-z_]\w*$/.test(property) ? property : code(property);
}

/** As TypeScript reads it back: whole, and without a character that does something to a terminal. */
function code(value: PropertyValue): string {
  return printable(JSON.stringify(value, undefined, 1).replace(/\n */g, " ").replace(/^\[ /, "[").replace(/ \]$/, "]"));
}
