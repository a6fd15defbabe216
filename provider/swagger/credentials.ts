import { isRecord } from "../values";
import { doubted, type Finding, type Path } from "./problem";

/** Texts that are credentials wherever they stand. Each repetition is bounded: the texts are hostile. */
const CREDENTIALS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/,
  /\bBearer\s{1,4}[\w.~+/-]{20}/,
  /\bBasic\s{1,4}[A-Za-z0-9+/]{16}/,
  /\b00D[A-Za-z0-9]{12,15}![\w.]{20}/, // Salesforce's session ids
  /(?<![\w-])eyJ[\w-]{10,2000}\.eyJ[\w-]{10,2000}\.[\w-]{10}/, // JSON web tokens; only where a word begins
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
];
/** Names under which an example holds one. */
const SECRET_NAME = /(?:secret|passw(?:or)?d|api[_-]?key|access[_-]?token|refresh[_-]?token|private[_-]?key)$/i;
/** What stands there to be replaced is none. */
const PLACEHOLDER = /^(?:string|text|secret|password|\W*)$|<|\{|\*\*|x{3}|your|example|placeholder|\.\.\./i;
const EXAMPLES: ReadonlySet<string> = new Set(["example", "examples", "default"]);

/** Everybody who may read form data models reads the Swagger file. The credential itself is never repeated. */
export function credentialFindings(content: unknown): Finding[] {
  const findings: Finding[] = [];
  const tell = (path: Path) => {
    findings.push(
      doubted(path, "looks like a credential, and AEM keeps the Swagger file readable", "Take it out, and rotate it."),
    );
  };
  const look = (value: unknown, path: Path, inExample: boolean) => {
    if (typeof value === "string") {
      const named =
        inExample &&
        SECRET_NAME.test(String(path.at(-1))) &&
        value.length >= 8 &&
        value.length < 1_000 &&
        !PLACEHOLDER.test(value);
      if (named || CREDENTIALS.some((credential) => credential.test(value))) tell(path);
      return;
    }
    if (Array.isArray(value)) for (const [index, item] of value.entries()) look(item, [...path, index], inExample);
    if (!isRecord(value)) return;
    for (const [key, child] of Object.entries(value)) {
      // The example of a property stands below the property's name.
      const place = EXAMPLES.has(key) && typeof child === "string" ? path : [...path, key];
      look(child, place, inExample || EXAMPLES.has(key) || key.startsWith("x-"));
    }
  };
  look(content, [], false);
  return findings;
}
