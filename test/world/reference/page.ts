import { type Documented, Sources } from "./docstrings";

/** docs/reference.md: everything that can be given and read, in the words of the docstrings. */

const ARGUMENTS = "provider/arguments.ts";
const CLASS = "provider/restDataSource.ts";
const PLACES = "provider/places.ts";
const MODES = "provider/tokenModes.ts";
const HOSTS = "provider/allowedHosts.ts";
const SUMMARY = "provider/swagger/summary.ts";
const SALESFORCE = "provider/oauth/salesforce.ts";

const INTRODUCTION = `# Reference

Everything that can be given to a data source and read from it. The words are those of the docstrings in the code, which your editor shows too; a test
fails when the two differ (\`RECORD=1 npm test -- referencePage\` writes this page anew). How it all plays together is told by the
[guide](../README.md#guide).

## Arguments

\`new RestDataSource(name, args, options?)\`. Each value may be an Output, but for \`connection\`. All problems of one data source come in one preview, each
in a line with a code in brackets and what to do.
`;

const AFTER_ARGUMENTS = `
What a change of them means:

| a change of | does |
| --- | --- |
| \`container\`, \`name\` | a replacement: the new data source is made first, then the old one is deleted |
| \`title\`, \`swagger\`, \`serviceEndPoint\`, \`oauth2\`, \`product\`, \`extraProperties\` | an update in place, which sends only what differs |
| \`publish\` | the activation alone |
| \`connection\`, \`tokenCheck\`, \`onBreakingSwagger\`, \`adopt\` | a note in the state; the author is not asked |
`;

const CONNECTIONS = `
## Connections

A connection is one origin, one login and the way there. It comes whole from one place, never mixed from two: the environment if \`AEM_AUTHOR\` is set there,
else the stack's config. There each setting stands under \`aem-datasource:\`, as in \`aem-datasource:author\`; those of a connection named \`emea\` under
\`aem-datasource:emea-author\` and so on. Named ones are never read from the environment.
`;

const AFTER_CONNECTIONS = `
Of the logins there is exactly one: user and password, or a token, or service credentials. A password or token that stands in stack config in clear is
refused: \`pulumi config set --secret\`. Paths are relative to the program's folder.

**Proxies.** \`HTTPS_PROXY\` (\`HTTP_PROXY\` for a plain-http author) and \`NO_PROXY\` (names, no ranges of addresses) count; a login of the proxy stands in its
URL, percent-encoded. The proxy makes a tunnel and sees nothing of what https sends through it; this machine's own hosts never go through it.

**Certificates** are always verified, whatever \`NODE_TLS_REJECT_UNAUTHORIZED\` says.

**An origin that changes.** Credentials go to the origin they were given for. The state remembers it; if the connection says another one, everything is
refused, until \`previousOrigin\` declares that it is the same server.

**Refresh and destroy** see the stack config of the last \`up\` (so the engine does it). After changing a login there, give \`--run-program\`, or the login by
the environment.

## Limits of a stack or a run
`;

const AFTER_LIMITS = `
**The token check** can be relaxed by these, never tightened; the most relaxed word counts, and the run says so in one warning.

**Allowed hosts** must be in each list that is set, else the preview stops and nothing is sent there, whatever the token check's mode. Names have no scheme
and no port. A list can only narrow the other one. Stack config comes with the program, so only the list in the pipeline's environment stops a hostile
pull request. Link-local addresses and cloud metadata services are refused in any case.
`;

export function referencePage(): string {
  const sources = new Sources([ARGUMENTS, CLASS, PLACES, MODES, HOSTS, SUMMARY, SALESFORCE]);
  const outputs = sources.membersOf(CLASS, "RestDataSource");
  const again = outputs.filter(({ meaning }) => meaning === "").map(({ name }) => `\`${name}\``);
  const limits = [
    [sources.one(HOSTS, "HOSTS_KEY"), sources.one(HOSTS, "HOSTS_VARIABLE")],
    [sources.one(MODES, "MODE_KEY"), sources.one(MODES, "MODE_VARIABLE")],
  ].flat();
  return [
    INTRODUCTION,
    argumentTable(sources.membersOf(ARGUMENTS, "RestDataSourceArgs")),
    AFTER_ARGUMENTS,
    "### `oauth2`\n",
    argumentTable(sources.membersOf(ARGUMENTS, "OAuth2Args")),
    `\n\`salesforce.tokenUrl(myDomain)\`: ${sources.one(SALESFORCE, "tokenUrl").meaning}\n`,
    "### `tokenCheck` in detail\n",
    argumentTable(sources.membersOf(ARGUMENTS, "TokenCheckArgs")),
    "\n## Outputs\n",
    `\`id\`, and each argument again: ${again.join(", ")}. Beside them:\n`,
    table(["output", "type", "meaning"], outputs.filter(({ meaning }) => meaning !== "").map(outputCells)),
    "\nExport single outputs, never the whole resource: it carries the secret.\n",
    "### `api`\n",
    table(["field", "type", "meaning"], sources.membersOf(SUMMARY, "Api").map(outputCells)),
    `\n\`RestDataSource.get(name, id, connection?)\`: ${sources.one(CLASS, "RestDataSource.get").meaning}`,
    CONNECTIONS,
    table(["stack config", "environment", "meaning"], sources.membersOf(PLACES, "VARIABLES").map(settingCells)),
    AFTER_CONNECTIONS,
    table(
      ["where", "meaning"],
      limits.map(({ value, meaning }) => [code(value), meaning]),
    ),
    AFTER_LIMITS,
  ].join("\n");
}

function argumentTable(documented: readonly Documented[]): string {
  const rows = documented.map(({ name, type, optional, meaning, defaultValue = optional ? "" : "required" }) => {
    if (meaning === "" || defaultValue === "") throw new Error(`\`${name}\` needs a docstring and a @defaultValue.`);
    return [code(name), code(type), defaultValue, meaning];
  });
  return table(["argument", "type", "default", "meaning"], rows);
}

function outputCells({ name, type, meaning }: Documented): string[] {
  return [code(name), code(type), meaning];
}

function settingCells({ name, value, meaning }: Documented): string[] {
  return [code(name), code(value), meaning];
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
