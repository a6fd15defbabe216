import { Option } from "commander";
import { Author } from "../aem/author";
import { resolveConnection, type Surroundings } from "../connection";
import { type DataSourceError, rememberSecret } from "../errors";
import { VARIABLES } from "../places";
import { readWholeConfig } from "./stackConfig";
import { UsageError } from "./usage";

/** How a command that speaks to an author logs in: as the provider does, by the environment or by a stack's config. */

export interface AuthorChoice {
  readonly stack?: string;
  readonly connection?: string;
}

/** To be added to each such command. */
export const AUTHOR_OPTIONS: readonly Option[] = [
  new Option("--stack <name>", "Logs in as this stack's config says. Default: by the environment (AEM_AUTHOR …)."),
  new Option(
    "--connection <name>",
    "The connection of that name in the stack's config. Default: the one without a name.",
  ),
];

/**
 * The author that the options name; close it in the end. With `--stack` the connection comes from that stack's config
 * alone, whatever `AEM_AUTHOR` says. Throws a ConnectionIncomplete with every problem there is.
 */
export async function chosenAuthor(choice: AuthorChoice, environment: NodeJS.ProcessEnv): Promise<Author> {
  return authorIn(await surroundingsOf(choice, environment), choice);
}

/** The same, where what stands around is known already. */
export function authorIn(surroundings: Surroundings, { connection }: AuthorChoice): Author {
  const resolved = resolveConnection(connection, surroundings, process.cwd());
  if ("connection" in resolved) return new Author(resolved.connection);
  throw new ConnectionIncomplete(resolved.problems);
}

/** The connection is not complete: nothing was sent. */
export class ConnectionIncomplete extends UsageError {
  constructor(readonly problems: readonly DataSourceError[]) {
    super(problems.map((problem) => problem.text()).join("\n"));
  }
}

/** What the options let count: the environment, or a stack's config with the environment but for its connection. */
export async function surroundingsOf(
  { stack, connection }: AuthorChoice,
  environment: NodeJS.ProcessEnv,
): Promise<Surroundings> {
  if (stack === undefined) {
    if (connection !== undefined) throw new UsageError("--connection names one of a stack's config: give --stack too");
    return { environment, config: () => undefined };
  }
  const values = await readWholeConfig("--stack", stack);
  for (const { value, secret } of values.values()) if (secret) rememberSecret(value);
  const others = Object.entries(environment).filter(([name]) => !VARIABLE_NAMES.has(name));
  return { environment: Object.fromEntries(others), config: (key) => values.get(key)?.value };
}

const VARIABLE_NAMES: ReadonlySet<string> = new Set(Object.values(VARIABLES));
