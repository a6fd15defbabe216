/** A text as its source writes it: words, holes for what is another each time, and places where one of several stands. */
export type Part = string | { readonly hole: string } | { readonly oneOf: readonly Text[] };
export type Text = readonly Part[];

/** What stands in a hole, where the source has another word for it than a reader. */
const READ_AS: ReadonlyMap<string, string> = new Map([
  ["$ref", "reference"],
  ["MAX_BYTES", "number"],
  ["PRODUCTS", "one of the products"],
  ["Symbol", "path"],
  ["VARIABLES", "variable"],
  ["breaking", "operations"],
  ["called", "setting"],
  ["clear", "settings"],
  ["deadlineMs", "seconds"],
  ["ends", "date"],
  ["exec", "option"],
  ["get", "operation"],
  ["given", "path"],
  ["html", "file"],
  ["id", "path"],
  ["item", "path"],
  ["kept", "properties"],
  ["left", "fields"],
  ["length", "number"],
  ["match", "owner"],
  ["maxBytes", "number"],
  ["most", "number"],
  ["ms", "seconds"],
  ["named", "paths"],
  ["out", "file"],
  ["page", "type"],
  ["renamed", "operations"],
  ["statusCode", "status"],
  ["there", "files"],
  ["unclear", "operations"],
  ["usual", "number"],
  ["validTo", "date"],
  ["value", "number"],
  ["without", "lists"],
]);

/** More alternatives than these are data and no words. */
const MOST_ALTERNATIVES = 8;

export const hole = (name: string): Text => [{ hole: name }];

/** A text whose holes are names in braces. */
export function parsed(text: string): Text {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : { hole: part }));
  return parts.filter((part) => part !== "");
}

/** What of it is always or sometimes said in these words. */
export function wordsOf(text: Text): string {
  return text
    .map((part) => (typeof part === "string" ? part : "hole" in part ? " " : part.oneOf.map(wordsOf).join(" ")))
    .join("");
}

/** Whether nothing of it is known. */
export function isHole(text: Text): boolean {
  return text.length === 1 && typeof text[0] === "object" && "hole" in text[0];
}

export function joined(texts: readonly Text[]): Text {
  return texts.flat().reduce<Part[]>((parts, part) => {
    const last = parts.at(-1);
    if (typeof last === "string" && typeof part === "string") parts[parts.length - 1] = last + part;
    else if (part !== "") parts.push(part);
    return parts;
  }, []);
}

/** One of `texts`, where it can't be known which; `name` stands for it where there are too many. */
export function oneOf(texts: readonly Text[], name: string): Text {
  const distinct = unique(texts);
  const [only] = distinct;
  if (distinct.length === 1 && only) return only;
  const words = distinct.filter((text) => !isHole(text));
  return words.length === 0 || distinct.length > MOST_ALTERNATIVES ? hole(name) : [{ oneOf: distinct }];
}

export function unique(texts: readonly Text[]): Text[] {
  return [...new Map(texts.map((text) => [rendered(text), text])).values()];
}

/** The alternatives of a text that is nothing but a choice. */
export function alternatives(text: Text): readonly Text[] {
  const [part] = text;
  return text.length === 1 && typeof part === "object" && "oneOf" in part ? part.oneOf.flatMap(alternatives) : [text];
}

/** The same for two texts that differ in the names of their holes alone. */
export function shape(text: Text): string {
  return rendered(text).replace(/\{[^{}]*\}/g, "{}");
}

export function rendered(text: Text): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("hole" in part) return `{${READ_AS.get(part.hole) ?? part.hole}}`;
      const all = part.oneOf.map(rendered);
      const words = all.filter((one) => one !== "");
      return `‹${words.join(" | ")}${words.length > 1 && words.length < all.length ? " | " : ""}›`;
    })
    .join("");
}

export function firstLine(text: Text): Text {
  const index = text.findIndex((part) => typeof part === "string" && part.includes("\n"));
  const part = text[index];
  return typeof part === "string" ? [...text.slice(0, index), part.split("\n")[0] ?? ""] : text;
}

/** What fits every text that it can become. */
export function pattern(text: Text): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return "hole" in part ? "[^]*?" : `(?:${part.oneOf.map(pattern).join("|")})`;
    })
    .join("");
}
