import { DataSourceError, type ErrorCode } from "./errors";

/** Failures of the network in our words. Codes of Node 20, OpenSSL 3 and undici 7, measured. */

const UNTRUSTED = "its certificate is not trusted on this machine";

const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOTFOUND: ["network-unreachable", "no such host"],
  EAI_AGAIN: ["network-unreachable", "the name lookup failed on this machine"],
  ECONNREFUSED: ["network-unreachable", "the connection was refused"],
  EHOSTUNREACH: ["network-unreachable", "there is no route to the host"],
  ENETUNREACH: ["network-unreachable", "there is no route to the network"],
  ECONNRESET: ["network-unreachable", "the connection was closed without an answer"],
  EPIPE: ["network-unreachable", "the connection was closed without an answer"],
  UND_ERR_SOCKET: ["network-unreachable", "the connection was closed without an answer"],
  UND_ERR_CONNECT_TIMEOUT: ["network-timeout", "no connection within the deadline"],
  UND_ERR_HEADERS_TIMEOUT: ["network-timeout", "no answer within the deadline"],
  UND_ERR_BODY_TIMEOUT: ["network-timeout", "no full answer within the deadline"],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["network-tls", UNTRUSTED],
  UNABLE_TO_GET_ISSUER_CERT: ["network-tls", UNTRUSTED],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["network-tls", UNTRUSTED],
  SELF_SIGNED_CERT_IN_CHAIN: ["network-tls", UNTRUSTED],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["network-tls", "its certificate is self-signed and not trusted on this machine"],
  CERT_HAS_EXPIRED: ["network-tls", "its certificate has expired"],
  CERT_NOT_YET_VALID: ["network-tls", "its certificate is not valid yet"],
  INVALID_PURPOSE: ["network-tls", "its certificate is not one for a server"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["network-tls", "its certificate is for another host"],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ["network-tls", "it speaks no TLS version that this machine accepts"],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ["network-tls", "it speaks no TLS version that this machine accepts"],
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: ["network-tls", "it knows no such host name"],
  EPROTO: ["network-not-http", "that port does not speak TLS"],
};

/** Own properties alone: a code named like a method of objects is none of ours. */
function known(code: string): readonly [ErrorCode, string] | undefined {
  return Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

/** Alerts by which a server speaks of the client's certificate (RFC 8446 §6.2), as Node names them: `SSLV3`, and `SSL/TLS` since OpenSSL 3.5. */
const ON_CLIENT_CERTIFICATE =
  /^ERR_SSL_[\w/]+_ALERT_(HANDSHAKE_FAILURE|NO_CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED)$/;

/** What a TLS failure is about, for those who know where a remedy is set. */
export function tlsTrouble(cause: string | undefined): "server not trusted" | "client certificate" | undefined {
  if (cause === undefined) return undefined;
  if (ON_CLIENT_CERTIFICATE.test(cause)) return "client certificate";
  return known(cause)?.[1].includes("not trusted") ? "server not trusted" : undefined;
}

export interface Circumstances {
  readonly deadlineMs: number;
  /** Origin of the proxy in between. */
  readonly proxy?: string | undefined;
  /** Whether a client certificate was offered. */
  readonly certificate: boolean;
  /** By which code TLS failed, where the error itself does not say so. */
  readonly tlsFailure?: string | undefined;
}

/** Anything that a request fails with, as our error: host and code only, since foreign words may hold what was sent. */
export function networkError(thrown: unknown, host: string, circumstances: Circumstances): DataSourceError {
  if (thrown instanceof DataSourceError) {
    return new DataSourceError(thrown.code, `${host}: ${thrown.message}`, thrown.remedy, thrown.fields);
  }
  const { deadlineMs, proxy, certificate, tlsFailure } = circumstances;
  const code = tlsFailure ?? errorCode(thrown);
  if (code === "TimeoutError") {
    const through = proxy === undefined ? "" : ` through the proxy ${new URL(proxy).host}`;
    return new DataSourceError("network-timeout", `${host}: no full answer within ${deadlineMs / 1000} s${through}`);
  }
  if (ON_CLIENT_CERTIFICATE.test(code)) {
    const words = aboutClientCertificate(code, certificate);
    return new DataSourceError("network-tls", `${host}: ${words} (${code})`, undefined, { cause: code });
  }
  const words = known(code);
  if (words) return new DataSourceError(words[0], `${host}: ${words[1]} (${code})`, undefined, { cause: code });
  if (/_ALERT_/.test(code)) {
    return new DataSourceError("network-tls", `${host}: it ended the TLS handshake (${code})`, undefined, {
      cause: code,
    });
  }
  if (code.startsWith("ERR_SSL_")) {
    const message = `${host}: that port does not speak TLS (${code})`;
    return new DataSourceError("network-not-http", message, undefined, { cause: code });
  }
  if (code === "HTTPParserError" || code.startsWith("HPE_")) {
    const message = `${host}: that port does not speak HTTP`;
    return new DataSourceError("network-not-http", message, undefined, { cause: "HTTPParserError" });
  }
  return new DataSourceError("network-unreachable", `${host}: the request failed (${code})`);
}

/** "Handshake failure" is how TLS 1.2 misses a certificate, but also how ciphers that do not meet are told. */
function aboutClientCertificate(code: string, offered: boolean): string {
  const what = offered ? "does not accept the client certificate" : "asks for a client certificate";
  return code.endsWith("HANDSHAKE_FAILURE") ? `it ended the TLS handshake, as one does that ${what}` : `it ${what}`;
}

/** No answer from the proxy itself. */
export function proxySilent(thrown: unknown, origin: string, proxy: string): DataSourceError {
  const code = errorCode(thrown);
  const words = code === "HTTPParserError" ? "it does not speak HTTP" : (known(code)?.[1] ?? "the request failed");
  return proxyError(
    `the proxy ${new URL(proxy).host} can't be used: ${words} (${code})`,
    `Check ${proxyVariable(origin)}`,
    origin,
    {
      cause: code,
    },
  );
}

/** An answer of the proxy to CONNECT that is no tunnel (RFC 9110 §9.3.6). */
export function proxyRefused(
  status: number,
  challenge: string,
  { origin, proxy, login }: { origin: string; proxy: string; login: boolean },
): DataSourceError {
  const { host } = new URL(proxy);
  const variable = proxyVariable(origin);
  const fields = { status };
  if (status === 407) {
    if (challenge !== "" && !/\bbasic\b/i.test(challenge)) {
      const remedy = "Only Basic logins are given: use a proxy that takes one";
      return proxyError(`the proxy ${host} wants another kind of login than Basic (407)`, remedy, origin, fields);
    }
    return login
      ? proxyError(`the proxy ${host} refused the login (407)`, `Correct the login in ${variable}`, origin, fields)
      : proxyError(
          `the proxy ${host} asks for a login (407)`,
          `Put it into ${variable}, as in http://user:password@${host}, special characters percent-encoded`,
          origin,
          fields,
        );
  }
  return status >= 500
    ? proxyError(
        `the proxy ${host} does not get there (${status})`,
        "Check the address, and whether the proxy may go there",
        origin,
        fields,
      )
    : proxyError(
        `the proxy ${host} refused the way there (${status})`,
        `Let the proxy allow it, or check ${variable}`,
        origin,
        fields,
      );
}

/** The remedy is the same whoever asks: a proxy is named by the environment alone. */
function proxyError(message: string, remedy: string, origin: string, fields: DataSourceError["fields"]) {
  const direct = `If ${new URL(origin).hostname} can be reached without it, name that host in NO_PROXY.`;
  return new DataSourceError("network-proxy", message, `${remedy}. ${direct}`, fields);
}

/** The variable that names the proxy of an origin. */
export function proxyVariable(origin: string): "HTTPS_PROXY" | "HTTP_PROXY" {
  return origin.startsWith("https:") ? "HTTPS_PROXY" : "HTTP_PROXY";
}

export function errorCode(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return errorCode(thrown.errors[0]);
  if (!(thrown instanceof Error)) return typeof thrown;
  return "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
}
