/**
 * How a secret stands in texts of somebody else's making. Servers, gateways and tools escape each character in a way of
 * their own, and one on top of the other: so each is looked for in every form, in place of a list of whole encodings.
 */

/** How one shape of a secret is found in a text. */
export interface SecretForm {
  /** Letters and digits that each form holds as they are: a text without them needs no search. May be empty. */
  readonly core: string;
  readonly pattern: RegExp;
}

/** Every shape of `secret` (itself, and what base64 makes of it) with its form, however it is escaped. */
export function formsOf(secret: string): Map<string, SecretForm> {
  const bytes = Buffer.from(secret, "utf8");
  // Half a surrogate pair does not outlive a network: what comes back is the bytes' text.
  const plain = [secret, bytes.toString("utf8")].map((text) => [text, formOf(text, FORM)] as const);
  const base64 = base64Shapes(bytes).map((text) => [text, formOf(text, BASE64URL)] as const);
  return new Map([...plain, ...base64]);
}

function formOf(text: string, others: Others): SecretForm {
  // What stands behind a backslash may be escaped with it, letters too.
  const runs = text.match(/(?<!\\)[0-9A-Za-z]+/g) ?? [];
  const core = runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "");
  return { core, pattern: new RegExp(escaped(text, others), "g") };
}

/** Base64 of a secret looks different by how many bytes stand before it; of each, the part that is always the same. */
function base64Shapes(secret: Buffer): string[] {
  const shapes = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), secret])
      .toString("base64")
      .replace(/=+$/, "");
    const last = (before + secret.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(before === 0 ? 0 : before + 1, last);
  });
  return [secret.toString("base64"), ...shapes];
}

type Others = Readonly<Record<string, string>>;

const BASE64URL: Others = { "+": "-", "/": "_" };
const FORM: Others = { " ": "+" };
const JSON_LETTERS: Others = { "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t" };
const ENTITIES: Others = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
/** Levels of escaping on top of each other. Bounded, and a text can be read in one way only: none makes a search slow. */
const LEVELS = 7;
const ESCAPE = `\\\\{1,${LEVELS}}`;

function escaped(text: string, others: Others): string {
  // JSON doubles a run of backslashes and adds one to it: a run goes with the character behind it.
  const parts = text.matchAll(/(\\*)([^\\]|$)/gu);
  return [...parts].map(([, run = "", char = ""]) => behind(run.length, char, others)).join("");
}

function behind(backslashes: number, char: string, others: Others): string {
  if (backslashes === 0) return character(char, others);
  const run = `\\\\{${backslashes},${(backslashes + 1) * (LEVELS + 1)}}`;
  const after = char === "" ? "" : oneOf([...encoded(char), ...inJson(char), literal(char)]);
  const backslash = oneOf([...inJson("\\").map((form) => ESCAPE + form), ...encoded("\\")]);
  // The longest first here too: at a secret's end a run may be the beginning of \u005c.
  return oneOf([`${backslash}{${backslashes}}${character(char, others)}`, run + after]);
}

/** One that is no backslash. */
function character(char: string, others: Others): string {
  if (/^[0-9A-Za-z]?$/.test(char)) return char;
  const other = others[char];
  return oneOf([
    // The longest first: & begins &amp;, and nothing of that is to be left.
    ...encoded(char),
    ...inJson(char).map((form) => ESCAPE + form),
    `(?:${ESCAPE})?${literal(char)}`,
    ...(other === undefined ? [] : [literal(other)]),
  ]);
}

/** What stands behind a backslash in JSON. */
function inJson(char: string): string[] {
  const letter = JSON_LETTERS[char];
  const [first = 0, second] = units(char);
  const number = `u${hex(first, 4)}${second === undefined ? "" : `${ESCAPE}u${hex(second, 4)}`}`;
  return letter === undefined ? [number] : [letter, number];
}

/** By its bytes in a URL, by its name or number in a page. */
function encoded(char: string): string[] {
  const code = char.codePointAt(0) ?? 0;
  const name = ENTITIES[char];
  const entity = [...(name === undefined ? [] : [name]), `#0{0,4}${code}`, `#[xX]0{0,4}${hex(code)}`];
  return [
    [...Buffer.from(char, "utf8")].map((octet) => `%(?:25){0,${LEVELS}}${hex(octet, 2)}`).join(""),
    `&(?:amp;){0,${LEVELS}}${oneOf(entity)};`,
  ];
}

function oneOf(forms: readonly string[]): string {
  return `(?:${forms.join("|")})`;
}

function literal(char: string): string {
  return units(char)
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}

function units(char: string): number[] {
  return Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
}

/** Digits in either case. */
function hex(value: number, length = 1): string {
  const digits = value.toString(16).padStart(length, "0");
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
