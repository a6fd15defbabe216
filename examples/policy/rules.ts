/** What production asks of a data source: plain functions of what the engine hands to a policy, and nothing of Pulumi. */

/** What a rule looks at. The engine hands over more, secrets in clear among it: no message repeats a property whole. */
export interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** What holds for all data sources of a stack. */
export interface Stack {
  /** Stack config by its whole key, as in `aem-datasource:allowedHosts`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Of the `pulumi` process, which policy packs share. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
}

export interface Settings {
  /** Names of the stacks that count as production; `*` stands for any characters. */
  readonly stacks: readonly string[];
  /** Days after which a client secret is due for rotation. */
  readonly days: number;
}

/** A sentence with what is wrong and what to do, or undefined where nothing is. */
export type Rule = (dataSource: Resource, stack: Stack, settings: Settings) => string | undefined;

export interface Violation {
  readonly message: string;
  readonly urn: string;
}

const DATA_SOURCE = "pulumi-nodejs:dynamic/aem-datasource:RestDataSource";
/** The engine's own resource for dynamic providers: its inputs are the stack's whole config. */
const STACK_CONFIG = "pulumi:providers:pulumi-nodejs";

const DAY = 24 * 60 * 60 * 1000;

/** Applies one rule to each data source of a production stack. */
export function violations(
  rule: Rule,
  resources: readonly Resource[],
  settings: Settings,
  around: Omit<Stack, "config">,
): Violation[] {
  const config = Object.assign({}, ...resources.filter(({ type }) => type === STACK_CONFIG).map(({ props }) => props));
  const dataSources = resources.filter(({ type, urn }) => type === DATA_SOURCE && isProduction(urn, settings.stacks));
  return dataSources.flatMap((dataSource) => {
    const message = rule(dataSource, { ...around, config }, settings);
    return message === undefined ? [] : [{ message, urn: dataSource.urn }];
  });
}

/** The token check stops a preview at a refusal: neither the program nor the stack's config relaxes it. */
export const tokenCheckOn: Rule = ({ props }, { config }) => {
  const key = "aem-datasource:tokenCheck";
  const relaxed = config[key] ?? "enforce";
  if (relaxed !== "enforce") return `${key} relaxes the token check of the whole stack: pulumi config rm ${key}`;
  const mode = isRecord(props.tokenCheck) ? props.tokenCheck.mode : props.tokenCheck;
  if ((mode ?? "enforce") === "enforce") return undefined;
  return "`tokenCheck` is relaxed in the program: take it out, or say enforce";
};

/** A token was issued before the last write. It tells also of a run that was relaxed, or that could not ask. */
export const lastVerdictIssued: Rule = ({ props }) => {
  if (!wasWritten(props) || props.tokenVerdict === "issued") return undefined;
  const [verdict] = typeof props.tokenVerdict === "string" ? props.tokenVerdict.split(":") : [];
  return `no token was issued at the last write (${verdict ?? "nothing is known of it"}): ask with aem-datasource token; the next write, as of a rotated secret, asks again`;
};

/** Forms on publish see the data source: it is published with each write, and the last publication arrived. */
export const publishOn: Rule = ({ props }) => {
  if (props.publish !== true) {
    const failed = typeof props.publish === "string";
    return failed ? "the last publication failed: run pulumi up again" : "`publish` is off: set it to true";
  }
  if (!wasWritten(props) || typeof props.published === "string") return undefined;
  return "was never published: run pulumi up again";
};

/** The client secret was written not longer ago than the settings say. */
export const secretNotOld: Rule = ({ props }, { now }, { days }) => {
  if (!wasWritten(props)) return undefined;
  const written = typeof props.secretWrittenAt === "string" ? Date.parse(props.secretWrittenAt) : Number.NaN;
  if (Number.isNaN(written)) return "nobody knows when the client secret was written: set it anew and run pulumi up";
  const age = Math.floor((now.getTime() - written) / DAY);
  return age <= days ? undefined : `the client secret is ${age} days old, ${days} are allowed: rotate it`;
};

/**
 * A list of hosts narrows where credentials may go, in the stack's config or in the environment. That each host is in it
 * is the provider's own check, in every preview.
 */
export const allowedHostsSet: Rule = (_, { config, environment }) => {
  const [key, variable] = ["aem-datasource:allowedHosts", "AEM_DATASOURCE_ALLOWED_HOSTS"];
  if (config[key] || environment[variable]) return undefined;
  return `no list of allowed hosts: set ${variable} in the pipeline, or ${key} in the stack's config`;
};

/** Before its first write a data source has no marker, and outputs of a write are not there to be judged. */
function wasWritten(props: Resource["props"]): boolean {
  return typeof props.managedBy === "string";
}

function isProduction(urn: string, patterns: readonly string[]): boolean {
  const [, , stack = ""] = urn.split(":");
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(stack);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
