import { randomBytes, timingSafeEqual } from "node:crypto";

/**
 * `write` reads /conf, /libs and /content, and writes below the cloud configurations of a container: no more than a
 * deployment needs. `read` reads the same; `none` may only log in.
 */
export interface Account {
  user: string;
  password: string;
  rights: "admin" | "write" | "read" | "none";
  /** Logs in as well, as `Authorization: Bearer <token>`. */
  token?: string;
  /** The token is of a kind that the cloud service knows and lets do nothing. */
  tokenProblem?: "missing scopes";
}

export const DEFAULT_ACCOUNTS: readonly Account[] = [
  { user: "admin", password: "admin", rights: "admin" },
  { user: "aem-deployer", password: "deployer-secret", rights: "write" },
  { user: "aem-reader", password: "reader-secret", rights: "read" },
  { user: "aem-nobody", password: "nobody-secret", rights: "none" },
];

const CLOUD_CONFIGURATIONS = /^\/conf\/(?:[^/]+\/)+settings\/cloudconfigs\/./;

/** Who sends a request, and what this account may do. */
export class Login {
  readonly csrfToken = randomBytes(24).toString("hex");

  constructor(private readonly account: Account) {}

  get user(): string {
    return this.account.user;
  }

  /** Whether `authorization` is the Basic login of this account, or its bearer token. */
  matches(authorization: string): boolean {
    const { user, password, token } = this.account;
    const [, scheme = "", credentials = ""] = /^(\S+) (.+)$/.exec(authorization) ?? [];
    if (isBearer(authorization)) return token !== undefined && isSame(Buffer.from(credentials), token);
    return scheme.toLowerCase() === "basic" && isSame(Buffer.from(credentials, "base64"), `${user}:${password}`);
  }

  /** Whether this login is by a token that may do nothing. */
  lacksScopes(authorization: string): boolean {
    return isBearer(authorization) && this.account.tokenProblem === "missing scopes";
  }

  canRead(path: string): boolean {
    if (this.account.rights === "admin") return true;
    return this.account.rights !== "none" && ["/conf", "/libs", "/content"].some((top) => isWithin(path, top));
  }

  canWrite(path: string): boolean {
    if (this.account.rights === "admin") return true;
    return this.account.rights === "write" && CLOUD_CONFIGURATIONS.test(path);
  }

  /** In AEM the web console is for administrators; a deployer may use it only where that is the one way to encrypt. */
  canUseConsole(isOnlyWay: boolean): boolean {
    return this.account.rights === "admin" || (isOnlyWay && this.account.rights === "write");
  }
}

export function isBearer(authorization: string): boolean {
  return /^Bearer /i.test(authorization);
}

function isSame(given: Buffer, expected: string): boolean {
  const bytes = Buffer.from(expected);
  return given.length === bytes.length && timingSafeEqual(given, bytes);
}

function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}
