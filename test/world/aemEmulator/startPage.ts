import { type Answer, escapeHtml, html } from "./answer";
import { isProtected } from "./crypto";
import type { Account } from "./logins";
import { formatMoment } from "./moments";
import type { JcrNode } from "./repository";

/** The page at the root, for people: what this is, how to use it, and what it holds. Never a secret or a password. */
export function startPage(origin: string, accounts: readonly Account[], root: JcrNode): Answer {
  const answer = html(200, page(origin, accounts, findDataSources(root)));
  answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  answer.headers["Cache-Control"] = "no-store";
  return answer;
}

interface DataSource {
  path: string;
  content: JcrNode;
}

const FOLDER = /^\/conf\/.+\/settings\/cloudconfigs\/fdm$/;

function findDataSources(node: JcrNode, path = ""): DataSource[] {
  return [...node.children].flatMap(([name, child]) => {
    const content = child.at("jcr:content");
    if (FOLDER.test(path)) return content ? [{ path: `${path}/${name}`, content }] : [];
    return findDataSources(child, `${path}/${name}`);
  });
}

const COLUMNS = ["Data source", "End point", "OAuth 2.0 client", "Swagger file", "Secret", "Managed by", "Last change"];

function row({ path, content }: DataSource): string {
  const value = (name: string) => escapeHtml(content.text(name) ?? "–");
  const cells = [
    `<strong>${value("jcr:title")}</strong><code>${escapeHtml(path).replaceAll("/", "<wbr>/")}</code>`,
    value("serviceEndPoint"),
    `${value("client_id")}<small>${value("access_token_uri")}</small>`,
    `${value("filename")}<small>${escapeHtml(swaggerSize(content))}</small>`,
    secret(content),
    value("managedBy"),
    lastChange(content),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function swaggerSize(content: JcrNode): string {
  const data = content.at("swaggerFile/jcr:content")?.properties.get("jcr:data")?.values[0];
  return data instanceof Buffer ? `${data.length.toLocaleString("en")} bytes` : "no file";
}

function secret(content: JcrNode): string {
  const value = content.text("client_secret");
  if (value === undefined) return `<span class="none">none</span>`;
  return isProtected(value) ? `<span class="good">encrypted</span>` : `<span class="bad">IN CLEAR</span>`;
}

function lastChange(content: JcrNode): string {
  for (const verb of ["cq:lastModified", "jcr:lastModified", "jcr:created"]) {
    const when = content.properties.get(verb)?.values[0];
    const by = content.text(`${verb}By`) ?? "unknown";
    if (typeof when === "object" && "epoch" in when) return `${formatMoment(when)}<small>by ${escapeHtml(by)}</small>`;
  }
  return "–";
}

function page(origin: string, accounts: readonly Account[], sources: readonly DataSource[]): string {
  const users = accounts.map(({ user, rights }) => `<li><code>${escapeHtml(user)}</code> ${RIGHTS[rights]}</li>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AEM emulator</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>AEM emulator <em>not AEM</em></h1>
<p>A small stand-in for an AEM Forms author. It answers as Apache Sling 12 does, keeps everything in memory and
forgets it when it stops. What works here proves nothing about a real AEM.</p>
</header>
<section class="columns">
<div>
<h2>Point the provider at it</h2>
<pre>export AEM_AUTHOR=${escapeHtml(origin)}
export AEM_USERNAME=${escapeHtml(suggestedUser(accounts))}
export AEM_PASSWORD=…</pre>
<p>The terminal that started the emulator shows the passwords.</p>
</div>
<div>
<h2>Accounts</h2>
<ul>${users.join("")}</ul>
</div>
</section>
<section>
<h2>Data sources <span class="count">${sources.length}</span></h2>
${sources.length === 0 ? `<p class="empty">None yet. Run <code>pulumi up</code> and reload this page.</p>` : table(sources)}
</section>
</body>
</html>
`;
}

const RIGHTS: Record<Account["rights"], string> = {
  admin: "may do everything",
  write: "reads, and writes cloud configurations",
  read: "reads only",
  none: "may only log in",
};

/** A deployment should run with no more rights than it needs. */
export function suggestedUser(accounts: readonly Account[]): string {
  return (accounts.find(({ rights }) => rights === "write") ?? accounts[0])?.user ?? "";
}

function table(sources: readonly DataSource[]): string {
  const head = COLUMNS.map((column) => `<th>${column}</th>`).join("");
  return `<div class="table"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${sources.map(row).join("\n")}
</tbody>
</table></div>`;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: #666; --accent: #b4351c; }
@media (prefers-color-scheme: dark) { :root { --dim: #a4a4a4; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 2.5rem 1.5rem 4rem; font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.9rem; }
h1 em { margin-left: .4rem; padding: .15em .6em; border-radius: 1em; background: var(--accent); color: #fff;
  font-size: .8rem; font-style: normal; vertical-align: middle; }
h2 { margin: 2rem 0 .6rem; font-size: 1.1rem; }
p { max-width: 46rem; }
code, pre { font: .85rem/1.5 ui-monospace, monospace; }
pre { margin: 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--soft);
  overflow-x: auto; }
ul { margin: 0; padding-left: 1.1rem; }
.columns { display: grid; gap: 0 3rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
.count { padding: .05em .6em; border-radius: 1em; background: var(--soft); color: var(--dim); font-size: .85rem; }
.table { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
th:nth-child(-n+3) { min-width: 13rem; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { padding: .6rem .8rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; min-width: 8rem; }
th { background: var(--soft); color: var(--dim); font-weight: 600; white-space: nowrap; }
tr + tr td { border-top: 1px solid var(--line); }
td strong, td code, td small { display: block; }
td code, td small, .empty, .none { color: var(--dim); }
.good, .bad { padding: .1em .6em; border-radius: 1em; color: #fff; white-space: nowrap; font-size: .8rem; }
.good { background: #2c7a3f; }
.bad { background: var(--accent); font-weight: 700; }
`;
