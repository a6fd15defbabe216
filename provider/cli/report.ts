import { excerpt, redact } from "../errors";
import type { Asked } from "../oauth/askForToken";
import { EXIT } from "./exitCodes";

/** What the command found, as text and as JSON. The token itself is in neither: it is dropped where it is read. */
export interface Result extends Asked {
  /** Of the token server; undefined where nobody was asked. */
  readonly host?: string;
  /** What is probably wrong with the token URL, and was known without asking. */
  readonly doubts: readonly string[];
}

const EXIT_CODES = { issued: EXIT.done, refused: EXIT.failed, "not judged": EXIT.later };

export function exitCode({ verdict }: Result): number {
  return EXIT_CODES[verdict.kind];
}

export function text(result: Result): string {
  const { attempts, milliseconds, scope } = result;
  const { kind, code, message, remedy } = wordsOf(result);
  const asked = attempts === 1 ? "1 request" : `${attempts} requests`;
  const how = attempts === 0 ? "nothing was sent" : `${asked}, ${milliseconds} ms`;
  return [
    kind === "issued" ? message : `${message} [${code}]`,
    ...(remedy === undefined ? [] : [`  ${remedy}`]),
    `  ${how}${scope === undefined ? "" : `, scope: ${excerpt(scope)}`}`,
    ...doubtsOf(result).map((doubt) => `warning: ${doubt}`),
  ].join("\n");
}

export function json(result: Result): string {
  const { attempts, milliseconds, scope } = result;
  const warnings = doubtsOf(result);
  return JSON.stringify({ ...wordsOf(result), warnings, milliseconds, attempts, scope: scope && excerpt(scope) });
}

function wordsOf({ verdict, host }: Result) {
  if (verdict.kind === "issued") return { kind: verdict.kind, message: `token issued by ${host}` };
  const { code, message, remedy } = verdict.error;
  return { kind: verdict.kind, code, message: inWords(message), remedy: remedy && inWords(remedy) };
}

function doubtsOf({ verdict, doubts }: Result): string[] {
  const issued = verdict.kind === "issued" ? verdict.doubts.map((doubt) => doubt.text()) : [];
  return [...doubts, ...issued].map(inWords);
}

/** The check speaks of a program's arguments, and there is no program here. */
export function inWords(text: string): string {
  const words = {
    clientId: "the client id",
    clientSecret: "the client secret",
    tokenUrl: "the token URL",
    scope: "the scope",
  };
  let plain = text;
  for (const [argument, word] of Object.entries(words)) plain = plain.replaceAll(`\`oauth2.${argument}\``, word);
  return redact(plain.replace(/: pulumi config set --secret …$/, "."));
}
