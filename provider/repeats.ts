/** When a server that could not answer is asked again. */

/** How often a request is repeated. `when told`: once, after the pause that the server itself names. Default: never. */
export type Retry = "once" | "twice" | "when told";

const REPEATS: Readonly<Record<Retry, number>> = { once: 1, twice: 2, "when told": 1 };
/** A server that wants to be left alone for longer is not waited for. */
const LONGEST_WAIT_SECONDS = 10;

/** What an attempt says of the next one. */
export interface Outlook {
  readonly retry?: Retry | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly waitSeconds?: number | undefined;
}

/**
 * Milliseconds until the next attempt; undefined when there is none. Full jitter, before the first repeat up to
 * `pauseMs`, before the second one up to twice as much, unless the server named a time.
 */
export function pauseBefore({ retry, waitSeconds }: Outlook, attempts: number, pauseMs: number): number | undefined {
  if (retry === undefined || attempts > REPEATS[retry]) return undefined;
  if (waitSeconds !== undefined) return waitSeconds <= LONGEST_WAIT_SECONDS ? waitSeconds * 1000 : undefined;
  return retry === "when told" ? undefined : Math.random() * pauseMs * 2 ** (attempts - 1);
}

/** Seconds, from either form of the header Retry-After (RFC 9110 §10.2.3). */
export function retryAfter(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const at = /^[A-Za-z]{3}, \d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
