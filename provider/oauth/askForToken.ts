import { setTimeout as pause } from "node:timers/promises";
import { asDataSourceError, DataSourceError } from "../errors";
import { Door, type HttpAnswer, type HttpRequest, loopbackHost } from "../http";
import { type Environment, proxyFor } from "../proxy";
import { pauseBefore } from "../repeats";
import { type Judged, judgeAnswer, judgeSilence } from "./judge";
import { askedFor, httpRequestOf, type TokenRequest, withoutCredentials } from "./request";
import type { Verdict } from "./verdict";

/** For tests; the defaults are for everybody else. */
export interface AskLimits {
  /** Milliseconds for one request, from the name lookup to the last byte. */
  readonly attemptMs?: number;
  /** Milliseconds for all of it, pauses included. */
  readonly totalMs?: number;
  /** Before the first repeat a random pause up to this, before the second one up to twice as much. */
  readonly pauseMs?: number;
}

export interface AskOptions extends AskLimits {
  /** Names the proxy, as in HTTPS_PROXY and NO_PROXY. */
  readonly environment: Environment;
  /** Is handed the answer that holds an issued token: the only way to it. Default: it is dropped. */
  readonly whenIssued?: (answer: HttpAnswer) => void;
}

export interface Asked {
  readonly verdict: Verdict;
  readonly attempts: number;
  readonly milliseconds: number;
  /** The scope that was granted, as the server says it. */
  readonly scope?: string;
}

const MAX_BYTES = 64 * 1024;

/**
 * Asks the token server for a token and says what came of it; never throws. Repeats only where no login can have been
 * counted as failed: too many of those lock an account, or this machine's address, out.
 */
export async function askForToken(request: TokenRequest, options: AskOptions): Promise<Asked> {
  const { attemptMs = 10_000, totalMs = 15_000, pauseMs = 250 } = options;
  const begun = performance.now();
  const spent = () => performance.now() - begun;
  let earlier: Judged | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const left = Math.max(1, Math.floor(totalMs - spent()));
    const last = await askOnce(request, options, Math.min(attemptMs, left));
    // Of two alike the first one counts: it had the whole of its time.
    const judged = earlier?.verdict.row === last.verdict.row ? earlier : last;
    const wait = pauseBefore(last, attempts, pauseMs);
    if (wait === undefined || spent() + wait >= totalMs) {
      const verdict = counted(judged.verdict, attempts);
      const scope = verdict.kind === "issued" && verdict.scope !== undefined ? { scope: verdict.scope } : {};
      return { verdict, attempts, milliseconds: Math.round(spent()), ...scope };
    }
    earlier = judged;
    await pause(wait);
  }
}

async function askOnce(
  request: TokenRequest,
  { environment, whenIssued }: AskOptions,
  deadlineMs: number,
): Promise<Judged> {
  try {
    const url = secureUrl(request.tokenUrl);
    const answer = await sendOnce(url, httpRequestOf(request), environment, deadlineMs);
    const judged = judgeAnswer(answer, url, askedFor(request));
    if (judged.verdict.kind === "issued") whenIssued?.(answer);
    return judged;
  } catch (thrown) {
    return judgeSilence(asDataSourceError(thrown));
  }
}

/**
 * Asks without any credentials, so that no login can fail: a token server says by an OAuth error that they are missing
 * (RFC 6749 §5.2). Answers with the verdict on the server alone; never throws.
 */
export async function findTokenServer(
  tokenUrl: string,
  { environment, attemptMs = 10_000 }: AskOptions,
): Promise<Verdict> {
  try {
    const url = secureUrl(tokenUrl);
    const answer = await sendOnce(url, withoutCredentials(url), environment, attemptMs);
    return judgeAnswer(answer, url, { scope: undefined, encodedInHeader: false }).verdict;
  } catch (thrown) {
    return judgeSilence(asDataSourceError(thrown)).verdict;
  }
}

async function sendOnce(
  url: URL,
  request: HttpRequest,
  environment: Environment,
  deadlineMs: number,
): Promise<HttpAnswer> {
  const proxy = proxyFor(url.origin, environment);
  const door = new Door(url.origin, { deadlineMs, maxBytes: MAX_BYTES, route: proxy ? { proxy } : {} });
  try {
    return await door.send(request);
  } finally {
    await door.close();
  }
}

/** The inputs have their own rule for this; here it holds for whoever calls, before anything is sent. */
function secureUrl(tokenUrl: string): URL {
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && loopbackHost(url.hostname));
  if (url !== undefined && secure) return url;
  throw new DataSourceError("input-invalid", "the token URL must be https (plain http only to this machine)");
}

/** Says how often was asked, where that was more than once and in vain. */
function counted(verdict: Verdict, attempts: number): Verdict {
  if (verdict.kind !== "not judged" || attempts === 1) return verdict;
  const { code, message, remedy, fields } = verdict.error;
  return { ...verdict, error: new DataSourceError(code, `${message}, asked ${attempts} times`, remedy, fields) };
}
