import { DataSourceError, rememberSecret } from "./errors";
import { loopbackHost } from "./http";
import { proxyVariable } from "./networkErrors";
import type { ProxyServer } from "./route";
import { Secret } from "./values";

/**
 * Which proxy the environment names for an origin. The rules are those of Go's net/http, which the Pulumi engine itself
 * follows in the same run (golang.org/x/net/http/httpproxy): upper case first, no proxy for this machine, and a name in
 * NO_PROXY counts for the names below it as well. Ranges of addresses in NO_PROXY are not read.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for `origin`; undefined for a direct way. Throws when the variable names none that can be used. */
export function proxyFor(origin: string, environment: Environment): ProxyServer | undefined {
  const variable = proxyVariable(origin);
  const set = [variable, variable.toLowerCase()].find((name) => environment[name]);
  const text = set === undefined ? undefined : environment[set];
  if (set === undefined || !text || loopbackHost(new URL(origin).hostname)) return undefined;
  if (excepted(new URL(origin), environment.NO_PROXY || environment.no_proxy || "")) return undefined;
  return readProxy(set, text.trim());
}

function readProxy(variable: string, text: string): ProxyServer {
  const address = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The value itself is never repeated: it may hold a password, and in a broken URL it can stand anywhere.
  if (url?.protocol.startsWith("socks")) {
    throw invalid(`${variable} names a SOCKS proxy`, "Give an HTTP proxy (http://proxy.example.com:3128).");
  }
  const alone = url !== undefined && url.pathname === "/" && url.search === "" && url.hash === "";
  if (!alone || url.hostname === "" || !["http:", "https:"].includes(url.protocol)) {
    throw invalid(
      `${variable} is not the URL of a proxy`,
      "Give http://host:port or http://user:password@host:port, with special characters of the login percent-encoded.",
    );
  }
  if (url.username === "" && url.password === "") return { origin: url.origin };
  return { origin: url.origin, authorization: basic(variable, url) };
}

/** For the proxy alone: it must not reach the target, and no message. */
function basic(variable: string, url: URL): Secret {
  const [username, password] = [url.username, url.password].map((part) => decode(variable, part));
  for (const part of [url.password, password ?? ""]) rememberSecret(part);
  const encoded = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  rememberSecret(encoded);
  return new Secret(`Basic ${encoded}`);
}

function decode(variable: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that encodes nothing. The error would repeat the login.
    throw invalid(`the login in ${variable} is not percent-encoded`, "Write % as %25 in it.");
  }
}

function excepted(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => matches(entry.toLowerCase(), hostOf(url.hostname), port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  // `name`, `name:port`, `[ipv6]`, `[ipv6]:port`, or an IPv6 address without brackets.
  const [, bracketed, plain, wantedPort] = /^(?:\[(.+)\]|([^:]+)|.+)(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const name = hostOf(bracketed ?? plain ?? entry).replace(/^\*\./, ".");
  return name.startsWith(".") ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

/** A host in the one spelling that it can be compared in: no brackets, no final dot, IPv6 addresses shortened. */
function hostOf(name: string): string {
  const bare = name.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const address = `http://[${bare}]`;
  return bare.includes(":") && URL.canParse(address) ? new URL(address).hostname.slice(1, -1) : bare;
}

function invalid(message: string, remedy: string): DataSourceError {
  const beside = "A host that needs no proxy goes into NO_PROXY.";
  return new DataSourceError("connection-invalid", message, `${remedy} ${beside}`);
}
