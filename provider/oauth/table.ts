import type { AnswerSeen } from "./answer";
import { ENDPOINT_ROWS, DOUBT_ROWS as GENERAL_DOUBTS, STATUS_ROWS } from "./answerRows";
import { GENERIC_ROWS, TRANSIENT_ROWS } from "./errorRows";
import { NETWORK_ROWS, UNFORESEEN } from "./networkRows";
import type { Row } from "./row";
import { SALESFORCE_DOUBTS, SALESFORCE_ROWS } from "./salesforceRows";
import { VENDOR_ROWS } from "./vendors";

/** The order in which an answer is looked at: the first row that fits decides, and without one a token was issued. */
export const ANSWER_ROWS: readonly Row<AnswerSeen>[] = [
  ...STATUS_ROWS,
  ...SALESFORCE_ROWS,
  ...TRANSIENT_ROWS,
  ...VENDOR_ROWS,
  ...GENERIC_ROWS,
  ...ENDPOINT_ROWS,
];

/** All that fit, once a token was issued. */
export const DOUBT_ROWS: readonly Row<AnswerSeen>[] = [...GENERAL_DOUBTS, ...SALESFORCE_DOUBTS];

/** A part of the decision table, under the heading that people read. */
export interface TablePart {
  readonly title: string;
  readonly rows: readonly Row<never>[];
}

/** All of it, in the order in which it is read. */
export const TABLE: readonly TablePart[] = [
  { title: "No answer", rows: [...NETWORK_ROWS, UNFORESEEN] },
  { title: "An answer that decides by its status", rows: STATUS_ROWS },
  { title: "Salesforce refuses", rows: SALESFORCE_ROWS },
  { title: "Other token servers refuse", rows: VENDOR_ROWS },
  { title: "Any token server refuses, by its OAuth error", rows: [...TRANSIENT_ROWS, ...GENERIC_ROWS] },
  { title: "No token endpoint, or no token for AEM", rows: ENDPOINT_ROWS },
  { title: "A token was issued, with a doubt", rows: DOUBT_ROWS },
];
