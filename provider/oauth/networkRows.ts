import type { DataSourceError } from "../errors";
import { tlsTrouble } from "../networkErrors";
import type { Outcome, Row } from "./row";

/**
 * The decision table, first part: no answer at all. The words are those of networkErrors.ts, which names host and code;
 * here stands what they mean for the client credentials. Codes of Node 20, OpenSSL 3 and undici 7.
 */
type NetworkRow = Row<DataSourceError>;

const GOES_ON = "Nothing was judged.";
const BEHIND_PROXY = "If this machine reaches it through a proxy alone, set HTTPS_PROXY";
const REACHED_ONCE_MORE = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "EAI_AGAIN"]);

const cause =
  (...causes: string[]) =>
  (error: DataSourceError) =>
    error.code !== "network-proxy" && causes.includes(error.fields.cause ?? "");
const proxy = (fits: (error: DataSourceError) => boolean) => (error: DataSourceError) =>
  error.code === "network-proxy" && fits(error);

/** `refused` keeps the code of the network; what could not be judged has one code, whatever the reason. */
function row(
  name: string,
  situation: string,
  outcome: Exclude<Outcome, "doubtful">,
  rest: Pick<NetworkRow, "fits" | "remedy" | "retry"> & Partial<Pick<NetworkRow, "code" | "evidence">>,
): NetworkRow {
  return { name, situation, outcome, code: "token-not-judged", sentence: "{failure}", evidence: "measured", ...rest };
}

export const NETWORK_ROWS: readonly NetworkRow[] = [
  row("dns-unknown", "No host has this name", "unreachable", {
    fits: cause("ENOTFOUND"),
    remedy: `Check the host in \`oauth2.tokenUrl\` (at Salesforce the My Domain name), and the DNS of this machine. ${GOES_ON}`,
  }),
  row("dns-temporary", "The name lookup fails on this machine", "unreachable", {
    fits: cause("EAI_AGAIN"),
    evidence: "documented",
    retry: "twice",
    remedy: `This machine's DNS does not answer. ${BEHIND_PROXY}. ${GOES_ON}`,
  }),
  row("connection-refused", "Nobody listens at that port", "unreachable", {
    fits: cause("ECONNREFUSED"),
    retry: "twice",
    remedy: `Check host and port in \`oauth2.tokenUrl\`, and whether a firewall refuses this machine. ${BEHIND_PROXY}. ${GOES_ON}`,
  }),
  row("no-route", "This machine has no route there", "unreachable", {
    fits: cause("EHOSTUNREACH", "ENETUNREACH"),
    evidence: "documented",
    retry: "twice",
    remedy: `Check this machine's network (VPN?). ${BEHIND_PROXY}. ${GOES_ON}`,
  }),
  row("closed", "The connection is closed without an answer", "unreachable", {
    fits: cause("ECONNRESET", "EPIPE", "UND_ERR_SOCKET"),
    retry: "twice",
    remedy: `A firewall may cut it; a server that wants a client certificate, or https instead of http, does the same: check \`oauth2.tokenUrl\`. ${GOES_ON}`,
  }),
  row(
    "timeout",
    "No full answer in time: a silent firewall, a handshake that nobody takes up, a slow drip",
    "unreachable",
    {
      fits: ({ code }) => code === "network-timeout",
      retry: "once",
      remedy: `A firewall that swallows requests looks like this. ${BEHIND_PROXY}. ${GOES_ON}`,
    },
  ),
  row("proxy-login", "The proxy asks for a login, or refuses it (407)", "unreachable", {
    fits: proxy(({ fields }) => fields.status === 407),
    remedy: "{remedy}",
  }),
  row("proxy-gateway", "The proxy does not get there (5xx)", "unreachable", {
    fits: proxy(({ fields }) => (fields.status ?? 0) >= 500),
    retry: "twice",
    remedy: "{remedy}",
  }),
  row("proxy-refused", "The proxy refuses the way there (another status)", "unreachable", {
    fits: proxy(({ fields }) => fields.status !== undefined),
    remedy: "{remedy}",
  }),
  row("proxy-unreachable", "The proxy itself gives no answer", "unreachable", {
    fits: proxy(({ fields }) => REACHED_ONCE_MORE.has(fields.cause ?? "")),
    retry: "twice",
    remedy: "{remedy}",
  }),
  row("proxy-unusable", "The proxy is none, is unknown, or is not trusted", "unreachable", {
    fits: proxy(() => true),
    remedy: "{remedy}",
  }),
  row("proxy-setting", "HTTPS_PROXY does not name a proxy that can be used", "unreachable", {
    fits: ({ code }) => code === "connection-invalid",
    remedy: "{remedy}",
  }),
  row("tls-client-certificate", "The token server asks for a client certificate", "unreachable", {
    fits: (error) => error.code === "network-tls" && tlsTrouble(error.fields.cause) === "client certificate",
    remedy: `AEM may hold a certificate for it; this check has none. Set \`tokenCheck: "off"\` if that is so. ${GOES_ON}`,
  }),
  row("tls-untrusted", "The certificate is not trusted on this machine", "refused", {
    fits: (error) => error.code === "network-tls" && tlsTrouble(error.fields.cause) === "server not trusted",
    code: "network-tls",
    remedy:
      "Name the file of its certificate authority (or of the proxy that opens TLS) in NODE_EXTRA_CA_CERTS. AEM has a trust store of its own, which needs it too.",
  }),
  row("tls-expired", "The certificate has expired", "refused", {
    fits: cause("CERT_HAS_EXPIRED"),
    code: "network-tls",
    remedy:
      "Whoever runs the token server must renew it: AEM will not accept it either. Or is this machine's clock wrong?",
  }),
  row("tls-not-yet-valid", "The certificate is not valid yet", "refused", {
    fits: cause("CERT_NOT_YET_VALID"),
    code: "network-tls",
    remedy: "Check this machine's clock first, then the certificate of the token server.",
  }),
  row("tls-wrong-host", "The certificate is for another host", "refused", {
    fits: cause("ERR_TLS_CERT_ALTNAME_INVALID"),
    code: "network-tls",
    remedy: "Put the host that the certificate names into `oauth2.tokenUrl`, or let the server show the right one.",
  }),
  row("tls-purpose", "The certificate is not one for a server", "refused", {
    fits: cause("INVALID_PURPOSE"),
    code: "network-tls",
    remedy: "Whoever runs the token server must give it a certificate for servers.",
  }),
  row("tls-version", "No TLS version in common", "refused", {
    fits: cause("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "ERR_SSL_UNSUPPORTED_PROTOCOL"),
    code: "network-tls",
    remedy: "The token server must speak TLS 1.2 or newer.",
  }),
  row("tls-unknown-name", "The TLS server knows no such host name", "refused", {
    fits: cause("ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME"),
    code: "network-tls",
    remedy: "Check the host in `oauth2.tokenUrl`.",
  }),
  row("not-tls", "That port does not speak TLS", "refused", {
    fits: ({ code, fields }) => code === "network-not-http" && fields.cause !== "HTTPParserError",
    code: "network-not-http",
    remedy: "Check the port in `oauth2.tokenUrl`.",
  }),
  row("not-http", "That port does not speak HTTP", "refused", {
    fits: ({ code }) => code === "network-not-http",
    code: "network-not-http",
    remedy: "Check the port in `oauth2.tokenUrl`.",
  }),
  row("answer-too-large", "The answer has more than 64 KiB", "refused", {
    fits: ({ code }) => code === "answer-too-large",
    code: "answer-too-large",
    remedy: "No token answer is that large: check the path of `oauth2.tokenUrl`.",
  }),
  row("not-secure", "A token URL by plain http to another machine; nothing is sent", "refused", {
    fits: ({ code }) => code === "input-invalid",
    code: "input-invalid",
    remedy: "Put the https URL into `oauth2.tokenUrl`.",
  }),
];

/** Whatever nobody has thought of is no evidence against the credentials. */
export const UNFORESEEN: NetworkRow = row("unforeseen", "Any other failure of the network", "unreachable", {
  fits: () => true,
  remedy: `The code in brackets says what failed. ${GOES_ON}`,
});
