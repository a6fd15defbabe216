import type { DataSourceError } from "../errors";
import type { HttpAnswer } from "../http";
import type { Outlook } from "../repeats";
import { type AnswerSeen, lookAt } from "./answer";
import { NETWORK_ROWS, UNFORESEEN } from "./networkRows";
import type { AskedFor } from "./request";
import { errorOf, firstFit, verdictOf } from "./row";
import { ANSWER_ROWS, DOUBT_ROWS } from "./table";
import type { Verdict } from "./verdict";

/** A verdict on one attempt, and whether another attempt could change it. */
export interface Judged extends Outlook {
  readonly verdict: Verdict;
}

/** Judges an answer of the token endpoint. The token itself is dropped here. */
export function judgeAnswer(answer: HttpAnswer, url: URL, asked: AskedFor): Judged {
  const seen = lookAt(answer, url, asked);
  const row = firstFit(ANSWER_ROWS, seen);
  if (row === undefined) return { verdict: issued(seen) };
  const { status, error, waitSeconds, facts } = seen;
  const fields = {
    status,
    ...(error === undefined ? {} : { cause: String(facts.error) }),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
  return { verdict: verdictOf(row, seen.facts, fields), retry: row.retry, waitSeconds };
}

/** Judges a request that got no answer. An untrusted certificate or a port that speaks no HTTP is evidence; silence is not. */
export function judgeSilence(error: DataSourceError): Judged {
  const row = firstFit(NETWORK_ROWS, error) ?? UNFORESEEN;
  const facts = { failure: error.message, remedy: error.remedy };
  return { verdict: verdictOf(row, facts, error.fields), retry: row.retry };
}

function issued(seen: AnswerSeen): Verdict {
  const doubts = DOUBT_ROWS.filter((row) => row.fits(seen)).map((row) => errorOf(row, seen.facts));
  return { kind: "issued", row: "issued", doubts, ...(seen.scope === undefined ? {} : { scope: seen.scope }) };
}
