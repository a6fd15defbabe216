import { randomBytes, timingSafeEqual } from "node:crypto";

/** `write` reads /conf, /libs and /content and writes below /conf; `read` reads the same; `none` may only log in. */
export interface Account {
  user: string;
  password: string;
  rights: "admin" | "write" | "read" | "none";
}

export const DEFAULT_ACCOUNTS: readonly Account[] = [
  { user: "admin", password: "admin", rights: "admin" },
  { user: "aem-deployer", password: "deployer-secret", rights: "write" },
  { user: "aem-reader", password: "reader-secret", rights: "read" },
  { user: "aem-nobody", password: "nobody-secret", rights: "none" },
];

/** Who sends a request, and what this account may do. */
export class Login {
  readonly csrfToken = randomBytes(24).toString("hex");

  constructor(private readonly account: Account) {}

  get user(): string {
    return this.account.user;
  }

  /** Whether `authorization` is the Basic login of this account. */
  matches(authorization: string): boolean {
    const expected = Buffer.from(`${this.account.user}:${this.account.password}`);
    const given = Buffer.from(/^Basic (.+)$/i.exec(authorization)?.[1] ?? "", "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  canRead(path: string): boolean {
    if (this.account.rights === "admin") return true;
    return this.account.rights !== "none" && ["/conf", "/libs", "/content"].some((top) => isWithin(path, top));
  }

  canWrite(path: string): boolean {
    if (this.account.rights === "admin") return true;
    return this.account.rights === "write" && isWithin(path, "/conf");
  }
}

function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}
