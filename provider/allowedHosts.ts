import { DataSourceError, excerpt } from "./errors";
import type { Surroundings } from "./places";

/**
 * Which hosts a run may speak to: a list in the stack's config and one in the environment, where the pipeline sets it. A
 * host must be in each list that there is, so a place can only narrow what another one allows.
 */

/** The same, set by a pipeline, where no commit can widen it: it stops a pull request that changes a URL. */
export const HOSTS_VARIABLE = "AEM_DATASOURCE_ALLOWED_HOSTS";
/** Host names, separated by commas, that author, token URL and IMS must be among; `*.` in front is all names below. */
export const HOSTS_KEY = "aem-datasource:allowedHosts";

/**
 * Whether `host`, spelled as in a URL, may be spoken to: every list that there is has it. If not, the reason is added to
 * `found`, once: a list that can't be read allows nothing, to nobody. `called` is what leads there, in the user's words.
 */
export function hostAllowed(
  host: string,
  called: string,
  surroundings: Surroundings,
  found: DataSourceError[],
): boolean {
  const problem = hostProblem(host, called, surroundings);
  if (problem && !found.some(({ message }) => message === problem.message)) found.push(problem);
  return problem === undefined;
}

function hostProblem(host: string, called: string, surroundings: Surroundings): DataSourceError | undefined {
  const without: string[] = [];
  for (const [place, text] of placesOf(surroundings)) {
    const list = readList(place, text);
    if (list instanceof DataSourceError) return list;
    if (!list.some((pattern) => fits(host, pattern))) without.push(place);
  }
  if (without.length === 0) return undefined;
  const places = without.join(" and ");
  const message = `${called} leads to ${host}, which is not among the hosts of ${places}; nothing was sent there`;
  return new DataSourceError(
    "host-not-allowed",
    message,
    `Correct ${called}, or add ${host} to ${places} if it is meant.`,
  );
}

/** Those that are set: an empty list is a mistake, as of a variable that the pipeline failed to fill, and never "all". */
function placesOf({ environment, config }: Surroundings): [place: string, text: string][] {
  const places: [string, string | undefined][] = [
    [HOSTS_KEY, config(HOSTS_KEY)],
    [HOSTS_VARIABLE, environment[HOSTS_VARIABLE]],
  ];
  return places.flatMap(([place, text]) => (text === undefined ? [] : [[place, text]]));
}

/** Host names as a URL spells them; one with a leading `*.` stands for every name below it. */
function readList(place: string, text: string): readonly string[] | DataSourceError {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  if (entries.length === 0) return unreadable(place, "names no host, which would allow none at all");
  const hosts: string[] = [];
  for (const entry of entries) {
    const host = spelled(entry);
    if (host === undefined) return unreadable(place, `holds "${excerpt(entry, 80)}", which is no host name`);
    hosts.push(host);
  }
  return hosts;
}

function unreadable(place: string, what: string): DataSourceError {
  const remedy =
    "Give names separated by commas, as in author.example.com, *.my.salesforce.com: no scheme, no port, * as the first label alone.";
  return new DataSourceError("connection-invalid", `${place} ${what}`, `${remedy} Without a list, unset it.`);
}

/** The entry as URLs spell hosts (lower case, punycode, one form of each address); undefined for anything else. */
function spelled(entry: string): string | undefined {
  const [, wildcard = "", name = ""] = /^(\*\.)?(\[[0-9A-Fa-f:.]+\]|[^/:@?#*%\\[\]]+)$/.exec(entry) ?? [];
  if (name === "" || !URL.canParse(`https://${name}/`)) return undefined;
  return wildcard + rooted(new URL(`https://${name}/`).hostname);
}

function fits(host: string, pattern: string): boolean {
  return pattern.startsWith("*.") ? rooted(host).endsWith(pattern.slice(1)) : rooted(host) === pattern;
}

/** A name with a dot at its end is the same host. */
function rooted(host: string): string {
  return host.replace(/\.$/, "");
}
