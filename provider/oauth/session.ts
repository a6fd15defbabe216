import { DataSourceError, DEFECT } from "../errors";
import type { HttpAnswer } from "../http";
import { Secret } from "../values";
import { parse } from "./answer";
import { type AskOptions, askForToken } from "./askForToken";
import type { TokenRequest } from "./request";
import type { Verdict } from "./verdict";

/** A token to go on with, for commands that call the API themselves. The token check has no use for one. */
export interface Session {
  readonly token: Secret;
  /** Where Salesforce wants its API to be called; undefined where the answer names nothing that is a URL. */
  readonly instanceUrl: URL | undefined;
}

type Issued = Extract<Verdict, { readonly kind: "issued" }>;
export type Opened = Exclude<Verdict, Issued> | (Issued & { readonly session: Session });

/** More than RFC 6750 §2.1 has: Salesforce's own tokens hold an exclamation mark. Anything else would not even be sent. */
const SENDABLE = /^[\x21-\x7e]+$/;

/**
 * Asks as the token check does, with its repeats, deadlines and verdicts, and keeps the token. Throws where a token was
 * issued that no header can carry.
 */
export async function openSession(request: TokenRequest, options: Omit<AskOptions, "whenIssued">): Promise<Opened> {
  let issued: HttpAnswer | undefined;
  const whenIssued = (answer: HttpAnswer) => {
    issued = answer;
  };
  const { verdict } = await askForToken(request, { ...options, whenIssued });
  if (verdict.kind !== "issued") return verdict;
  if (issued === undefined) throw new DataSourceError("internal", "a token was issued and is not at hand", DEFECT);
  return { ...verdict, session: sessionIn(issued) };
}

function sessionIn(answer: HttpAnswer): Session {
  const { access_token: token, instance_url: instanceUrl } = parse(answer).content;
  if (typeof token !== "string" || !SENDABLE.test(token)) {
    throw new DataSourceError(
      "token-endpoint-wrong",
      "the token server issued a token that no header can carry; nothing was sent with it",
      "Check the token URL.",
    );
  }
  const isUrl = typeof instanceUrl === "string" && URL.canParse(instanceUrl);
  return { token: new Secret(token), instanceUrl: isUrl ? new URL(instanceUrl) : undefined };
}
