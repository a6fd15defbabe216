import { type Answer, escapeHtml, html, json } from "./answer";
import { parentPath, toUrlPath } from "./paths";
import type { Change } from "./session";

/** What the POST servlet says at the end. */
export interface PostStatus {
  status: number;
  message: string;
  title?: string;
  /** Absent only when the operation is unknown: then Sling never gets as far as a path. */
  path?: string;
  isCreate?: boolean;
  error?: { class: string; message: string };
  changes: readonly Change[];
}

export function statusDocument(result: PostStatus, asJson: boolean, referer: string): Answer {
  const answer = asJson
    ? json(result.status, jsonDocument(result, referer))
    : html(result.status, htmlDocument(result, referer));
  if (result.status === 201) answer.headers.Location = toUrlPath(result.path ?? "");
  return answer;
}

function jsonDocument(
  { status, message, title, path, isCreate, error, changes }: PostStatus,
  referer: string,
): unknown {
  return {
    referer,
    ...(path !== undefined && { path, parentLocation: toUrlPath(parentPath(path)) }),
    ...(isCreate && { isCreate }),
    ...(path !== undefined && { location: toUrlPath(path) }),
    "status.message": message,
    ...(title !== undefined && { title }),
    "status.code": status,
    ...(error && { error }),
    changes,
  };
}

/** The same for browsers: a table whose cells carry ids. The change log is escaped twice on Sling too. */
function htmlDocument({ status, message, title = "", path, error, changes }: PostStatus, referer: string): string {
  const location = path === undefined ? "" : toUrlPath(path);
  const parentLocation = path === undefined ? "" : toUrlPath(parentPath(path));
  const log = error ? "" : `<pre>${changes.map(({ type, argument }) => `${type}("${argument}");<br/>`).join("")}</pre>`;
  const rows = [
    row("Status", text("Status", String(status))),
    row("Message", text("Message", message)),
    row("Location", link("Location", location)),
    row("Parent Location", link("ParentLocation", parentLocation)),
    row("Path", text("Path", path ?? "")),
    row("Referer", referer === "" ? text("Referer", "") : link("Referer", referer)),
    row("ChangeLog", text("ChangeLog", log)),
  ];
  return `<html>
<head>
    <title>${escapeHtml(title)}</title>
</head>
    <body>
    <h1>${escapeHtml(title)}</h1>
    <table>
        <tbody>${rows.join("")}
        </tbody>
    </table>
    </body>
</html>`;
}

function row(label: string, cell: string): string {
  return `
            <tr>
                <td>${label}</td>
                <td>${cell}</td>
            </tr>`;
}

function text(id: string, value: string): string {
  return `<div id="${id}">${escapeHtml(value)}</div>`;
}

function link(id: string, target: string): string {
  return `<a href="${escapeHtml(target)}" id="${id}">${escapeHtml(target)}</a>`;
}
