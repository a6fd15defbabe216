import type { Outcome, Row } from "../../../provider/oauth/row";
import { doubtSalesforceUrl, judgeSalesforceUrl, TOKEN_PATH } from "../../../provider/oauth/salesforce";
import { TABLE } from "../../../provider/oauth/table";

/** docs/token-check.md: what users read, row by row, as real verdicts said it. */

const INTRODUCTION = `# What the token check says

Before anything is written, every \`pulumi preview\` and \`pulumi up\` asks the token server for a token, as AEM will. This page holds what you
read when that goes wrong: search it for the words in your terminal. Every text was made by the check itself, against a server that behaves so;
\`npm test\` fails when the page and the check differ.

A problem that stops the run begins with \`has a problem: \`, a warning with \`warning: \` and the name of the data source. What follows is below,
but for one more line under a problem that stops: how to go on all the same.
\`tokens.example\` stands for the host of your \`oauth2.tokenUrl\`, \`proxy.example:3128\` for your proxy.

| what was found | \`tokenCheck: "enforce"\` | \`tokenCheck: "warn"\` | the line begins |
| --- | --- | --- | --- |
| **refused**: the client credentials, the app or the URL are wrong | stops | warns | \`token check failed\` |
| **unreachable**: no answer, so nothing is known | warns; stops with \`onUnreachable: "fail"\` | the same | \`token check not made\` |
| **not judged**: the token server was there, and can't or won't judge now | warns | warns | \`token check not made\` |
| **doubtful**: a token was issued, and something about it is odd | warns | warns | \`token check doubtful\` |

\`[token-refused]\` and the like are codes for scripts; they stay what they are. \`asked 3 times\`: the check had repeated its request. It never does
after a refusal, since failed logins lock accounts. In all it takes 15 seconds at most.

The check runs on this machine, not in AEM: its network, its proxy and the authorities it trusts are others. A token proves that the credentials are
right; it doesn't prove that the API accepts it.

How we know it: *measured*, a server of our tests really behaves so. *documented* (by an RFC, the vendor or Node), *publicly reported* (by several
people) or *replayed* (recorded once from a real server), our tests repeat the words. No live Salesforce, Entra ID, Auth0, Okta or Adobe IMS was asked.

## How it asks

One request per app and phase, with \`client_secret_post\`, by \`HTTPS_PROXY\`/\`NO_PROXY\` and with the CAs of \`NODE_EXTRA_CA_CERTS\`. It follows no redirect.
What needs no request (https, white space around id and secret, Salesforce's login host) is checked in every mode.

A preview without a network goes on, with one warning per app. \`tokenCheck: { mode: "enforce", onUnreachable: "fail" }\` stops there, too. A server that is
there and can't judge today (429, 5xx) never stops a run.

Stack and environment can relax the check, never tighten it, and the run says so in one warning; the most relaxed word counts:

| where | for | |
| --- | --- | --- |
| \`pulumi config set aem-datasource:tokenCheck warn\` | the stack | \`warn\` or \`off\` |
| \`AEM_DATASOURCE_TOKEN_CHECK=warn pulumi up\` | one run | \`warn\` or \`off\` |

An unreachable token server only warns then, too. Without a preview \`npx aem-datasource token\` asks in the same way; it ends with 0 (a token was issued),
1 (refused), 75 (not judged: try again later) or 64 (called in a wrong way), and \`--json\` is for scripts.
`;

const SALESFORCE_URLS = [
  `https://login.salesforce.com${TOKEN_PATH}`,
  `https://acme.lightning.force.com${TOKEN_PATH}`,
  `https://acme.my.salesforce-setup.com${TOKEN_PATH}`,
  `https://acme.my.site.com${TOKEN_PATH}`,
  `https://acme.my.salesforce.com${TOKEN_PATH}/`,
  "https://acme.my.salesforce.com/services/oauth2/authorize",
  "https://acme.my.salesforce.com/oauth/token",
];

const RESULTS: Readonly<Record<Outcome, string>> = {
  refused: "refused: enforce stops, warn warns",
  unreachable: 'unreachable: both warn (`onUnreachable: "fail"` stops)',
  "not judged": "not judged: both warn",
  doubtful: "issued: both warn",
};

/** The page, from the text that each row gave in a real case. */
export function pageOf(texts: ReadonlyMap<string, string>): string {
  const parts = TABLE.map(({ title, rows }) => {
    const entries = rows.map((row) => entry(row, texts.get(row.name) ?? ""));
    return `## ${title}\n\n${entries.join("\n")}`;
  });
  return [INTRODUCTION, ...parts, offline()].join("\n");
}

/** What a token URL of Salesforce is told without a request. */
function offline(): string {
  const entries = SALESFORCE_URLS.map((text) => {
    const url = new URL(text);
    const problem = judgeSalesforceUrl(url);
    const said = problem?.text() ?? doubtSalesforceUrl(url).join("\n");
    const result = problem === undefined ? "warns in every mode" : "stops in every mode";
    return `**${text}** · ${result}\n\n\`\`\`\n${said}\n\`\`\`\n`;
  });
  return `## Salesforce, without asking anybody\n\nAlso with \`tokenCheck: "off"\`.\n\n${entries.join("\n")}`;
}

function entry({ name, situation, outcome, evidence }: Row<never>, text: string): string {
  const line = `**${situation}** · ${RESULTS[outcome]} · *${evidence}* · \`${name}\``;
  return `${line}\n\n\`\`\`\n${text}\n\`\`\`\n`;
}

/** Without what is another each time: the servers' ports, and the short deadlines of the tests. */
export function normalised(text: string): string {
  return text
    .replace(/proxy 127\.0\.0\.1:\d+/g, "proxy proxy.example:3128")
    .replace(/@127\.0\.0\.1:\d+/g, "@proxy.example:3128")
    .replace(/127\.0\.0\.1(:\d+)?/g, "tokens.example")
    .replace("tokens.example.invalid", "tokens.example")
    .replace(/within [\d.]+ s/g, "within 10 s");
}
