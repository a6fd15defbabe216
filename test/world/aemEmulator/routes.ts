import { type Answer, errorPage, json } from "./answer";
import type { CryptoSupport } from "./crypto";
import { CRYPTO_CONSOLE, cryptoConsole } from "./cryptoConsole";
import { firstValue } from "./form";
import type { Incoming } from "./incoming";
import { LOGIN_PAGE, loginPage, missingScopes, notLoggedIn } from "./loginAnswers";
import { type Account, isBearer, type Login } from "./logins";
import type { Modes } from "./modes";
import { QUERY_BUILDER, queryBuilder } from "./queryBuilder";
import { NotEmulated } from "./refusal";
import { REPLICATE, type Replication } from "./replication";
import type { Repository } from "./repository";
import { slingGet } from "./slingGet";
import { slingPost } from "./slingPost";
import { startPage } from "./startPage";

export interface Site {
  readonly repository: Repository;
  readonly crypto: CryptoSupport;
  readonly replication: Replication;
  readonly accounts: readonly Account[];
  /** Asked at each request, since tests switch them. */
  readonly modes: Readonly<Modes>;
}

/** Who answers: first the guards for login and CSRF token, then the servlet of the path. */
export function route(site: Site, incoming: Incoming, login: Login | undefined, origin: string): Answer {
  const { path, headers, writes } = incoming;
  if (!writes && path === "/") return startPage(origin, site.accounts, site.repository.root);
  if (!writes && path === LOGIN_PAGE) return loginPage();
  if (!login) return notLoggedIn(path, headers["user-agent"]);
  if (login.lacksScopes(headers.authorization ?? "")) return missingScopes();
  if (path.includes("\0")) return errorPage(400, "Bad Request", path);
  if (writes && !hasCsrfToken(incoming, login)) return errorPage(403, "Forbidden", path);
  return routeTo(site, incoming, login, origin);
}

function routeTo(site: Site, incoming: Incoming, login: Login, origin: string): Answer {
  const { method, path, headers, fields } = incoming;
  const { accept, referer } = headers;
  const { repository, modes, crypto } = site;
  if (path === REPLICATE) {
    if (method !== "POST") return errorPage(405, `Method ${method} not supported`, path, accept);
    return site.replication.answer({ fields, login, accept, referer }, modes.replication);
  }
  if (method === "POST" && path === CRYPTO_CONSOLE) {
    if (modes.encryption === "none") return errorPage(404, "Not Found", path);
    return cryptoConsole(crypto, login, fields, modes.encryption);
  }
  if (method === "GET" && path === QUERY_BUILDER) {
    if (modes.queryBuilder === "none") return get(repository, incoming, login, origin);
    return queryBuilder(repository, login, fields);
  }
  if (["/bin/", "/system/console/"].some((prefix) => path.startsWith(prefix))) throw new NotEmulated(path);
  if (method === "GET" || method === "HEAD") return get(repository, incoming, login, origin);
  if (method !== "POST") return errorPage(405, `Method ${method} not supported`, path, accept);
  const servlet = { repository, statusMode: modes.statusMode, ...(modes.encryption === "suffix" && { crypto }) };
  return slingPost(servlet, { path, fields, login, accept, referer });
}

function get(repository: Repository, { path, url, headers }: Incoming, login: Login, origin: string): Answer {
  switch (path) {
    case "/libs/granite/csrf/token.json":
      return json(200, { token: login.csrfToken });
    case "/libs/granite/security/currentuser.json":
      return json(200, { authorizableId: login.user });
    case "/system/sling/info.sessionInfo.json":
      if (isBearer(headers.authorization ?? "")) throw new NotEmulated(`${path} for a bearer token`);
      return json(200, { authType: "BASIC", userID: login.user });
    default: {
      const ifModifiedSince = headers["if-modified-since"];
      const [uri = ""] = url.split("?");
      return slingGet(repository, { uri, path, login, accept: headers.accept, ifModifiedSince, origin });
    }
  }
}

function hasCsrfToken({ headers, fields }: Incoming, login: Login): boolean {
  return (headers["csrf-token"] ?? firstValue(fields, ":cq_csrf_token")) === login.csrfToken;
}
