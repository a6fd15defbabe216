import { z } from "zod";
import { linkLocalHost, loopbackHost } from "./http";
import { Secret } from "./values";

/** What client credentials must be before anybody is asked: the same for a program and for the command line. */

/** For what is missing another word than for what is wrong. */
export const missingOr = (wrong: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? "is missing" : wrong;

const CONTROL = /\p{Cc}/u;
export const text = z
  .string({ error: missingOr("must be text") })
  .min(1, "is empty")
  .refine((value) => !CONTROL.test(value), "holds control characters");
export const unpadded = text.refine((value) => value.trim() === value, "begins or ends with a blank");

export const tokenUrl = unpadded.superRefine((value, context) => {
  const problem = urlProblem(value) ?? plainHttpProblem(value);
  if (problem) context.addIssue(problem);
});

/** The text itself is never repeated: a URL may hold a password. */
function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "is not a URL";
  const url = new URL(value);
  if (!["http:", "https:"].includes(url.protocol)) return "must be an https URL";
  if (url.username !== "" || url.password !== "") return "holds a login; take it out of the URL";
  if (url.hash !== "") return "has a fragment (#)";
  if (linkLocalHost(url.hostname)) return `points to a link-local address (${url.hostname})`;
  return undefined;
}

/** Why a service can't be called at this end point, given or from a Swagger file. */
export function endPointProblem(value: string): string | undefined {
  return /[{}]/.test(value) ? "holds a placeholder ({…})" : urlProblem(value);
}

function plainHttpProblem(value: string): string | undefined {
  const url = new URL(value);
  if (url.protocol === "https:" || loopbackHost(url.hostname)) return undefined;
  return "must be https: the client secret would cross the network readable (plain http only to this machine)";
}

/** Shorter secrets could not be masked without cutting into other text. */
export const clientSecret = z
  .instanceof(Secret, { error: missingOr("must be text") })
  .refine((secret) => secret.reveal().length >= 4, "is shorter than 4 characters")
  .refine((secret) => secret.reveal().trim() === secret.reveal(), "begins or ends with a blank")
  .refine((secret) => !CONTROL.test(secret.reveal()), "holds control characters");
