import { hostAllowed } from "./allowedHosts";
import { asDataSourceError, DataSourceError, excerpt } from "./errors";
import type { Arguments, Wanted } from "./inputs";
import { doubtSalesforceUrl, judgeSalesforceUrl } from "./oauth/salesforce";
import type { ClientCredentials } from "./oauth/tokenCheck";
import type { Verdict } from "./oauth/verdict";
import type { Run } from "./run";
import { MODE_VARIABLE, type TokenCheck, type TokenRule, tokenRule } from "./tokenModes";
import { isUnknown } from "./values";

/**
 * Asks for a token as AEM will, unless that was switched off or something needed for it is not known yet. The offline
 * rules count in every mode. Adds to `found` what must stop the run; everything else is a warning.
 */
export async function checkToken(
  run: Run,
  label: string,
  { oauth2, tokenCheck }: Partial<Arguments>,
  found: DataSourceError[],
): Promise<void> {
  if (oauth2 === undefined) return; // wrong in itself, and said so
  if (!isUnknown(oauth2) && !isUnknown(oauth2.tokenUrl)) {
    const url = new URL(oauth2.tokenUrl);
    // In every mode: AEM sends the secret there, whoever checks it.
    if (!hostAllowed(url.hostname, "`oauth2.tokenUrl`", run.surroundings, found)) return;
    const problem = judgeSalesforceUrl(url);
    if (problem) {
      found.push(problem);
      return;
    }
    for (const doubt of doubtSalesforceUrl(url)) await run.said.do(doubt, () => run.voice.warn(`${label}: ${doubt}`));
  }
  const given = knownTokenCheck(tokenCheck);
  const rule = attemptRule(run, given.known, found);
  if (rule === undefined) return;
  if (rule.relaxedBy !== undefined) {
    const warning = `the token check is relaxed to ${rule.mode} by ${rule.relaxedBy}`;
    await run.said.do(warning, () => run.voice.warn(warning));
  }
  if (rule.mode === "off") return;
  const credentials = knownCredentials(oauth2);
  if ("unknown" in credentials || given.unknown !== "") {
    const unknown = "unknown" in credentials ? credentials.unknown : given.unknown;
    await run.voice.note(`${label}: the token check was not made: ${unknown} not known yet`);
    return;
  }
  const verdict = await run.tokens.check(credentials);
  if (verdict.kind !== "issued" && stops(verdict, rule)) found.push(withWayOut(verdict.error));
  else await run.warnOnce(verdict, label);
}

/** A server that was there and could not judge today never stops a run: nothing that the user could do would help. */
function stops(verdict: Exclude<Verdict, { kind: "issued" }>, { mode, onUnreachable }: TokenRule): boolean {
  if (verdict.kind === "refused") return mode === "enforce";
  return verdict.unreachable && onUnreachable === "fail";
}

/** What the token check of this phase said, for the state. Never a request. */
export async function tokenVerdict(run: Run, { oauth2, tokenCheck }: Wanted): Promise<string> {
  const { mode, relaxedBy } = tokenRule(tokenCheck, run.surroundings);
  if (mode === "off") return `off: by ${relaxedBy ?? "tokenCheck"}`;
  const known = await run.tokens.known(oauth2);
  if (known === undefined) return "not judged: no token check in this run";
  return known.kind === "issued" ? "issued" : excerpt(`${known.kind}: ${known.error.message}`);
}

function attemptRule(run: Run, given: TokenCheck | undefined, found: DataSourceError[]) {
  try {
    return tokenRule(given, run.surroundings);
  } catch (thrown) {
    found.push(asDataSourceError(thrown));
    return undefined;
  }
}

/** One more line than the remedy: a deployment must not wait for a token server, and the user decides that. */
function withWayOut({ code, message, remedy, fields }: DataSourceError): DataSourceError {
  const lines = [remedy, `To go on all the same: ${MODE_VARIABLE}=warn`].filter((line) => line !== undefined);
  return new DataSourceError(code, message, lines.join("\n  "), fields);
}

/** What is known of the program's word, and the names of those parts that are not. */
function knownTokenCheck(given: Arguments["tokenCheck"]): { known: TokenCheck | undefined; unknown: string } {
  if (isUnknown(given)) return { known: undefined, unknown: "`tokenCheck`" };
  if (given === undefined || typeof given === "string") return { known: given, unknown: "" };
  const { mode, onUnreachable } = given;
  const known = {
    ...(isUnknown(mode) ? {} : { mode }),
    ...(isUnknown(onUnreachable) ? {} : { onUnreachable }),
  };
  return { known, unknown: unknownParts("tokenCheck", given) };
}

/** The credentials, or the names of those parts that the engine does not know yet. */
function knownCredentials(oauth2: NonNullable<Arguments["oauth2"]>): ClientCredentials | { unknown: string } {
  if (isUnknown(oauth2)) return { unknown: "`oauth2`" };
  const { clientId, clientSecret, tokenUrl, scope } = oauth2;
  if (isUnknown(clientId) || isUnknown(clientSecret) || isUnknown(tokenUrl) || isUnknown(scope)) {
    return { unknown: unknownParts("oauth2", oauth2) };
  }
  return { clientId, clientSecret, tokenUrl, scope };
}

function unknownParts(argument: string, parts: object): string {
  const unknown = Object.entries(parts).filter(([, part]) => isUnknown(part));
  return unknown.map(([key]) => `\`${argument}.${key}\``).join(", ");
}
