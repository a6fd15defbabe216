import { Agent, type Dispatcher, type FormData, request } from "undici";
import { DataSourceError, type ErrorCode } from "./errors";

/** The one door to the network: one origin, no redirects, a hard deadline, a byte cap. */

export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Path and query, beginning with "/". */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
}

export interface HttpAnswer {
  readonly status: number;
  /** Media type without parameters, lower case; "" when the server named none. */
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface DoorOptions {
  /** Milliseconds for one request, from the name lookup to the last byte. */
  readonly deadlineMs: number;
  /** The largest body that is read. */
  readonly maxBytes: number;
  /** Milliseconds until a connection must stand. Default 5,000. */
  readonly connectMs?: number;
}

/** Version-free on purpose: no "Mozilla" in it, so that Sling's referrer filter and login redirects leave it alone. */
const USER_AGENT = "pulumi-aem-datasource";

export class Door {
  #agent: Agent | undefined;

  constructor(
    readonly origin: string,
    private readonly options: DoorOptions,
  ) {}

  /**
   * Sends one request to this door's origin and reads the whole answer. Redirects are answers like any other.
   * Throws a DataSourceError of the network kind; judging the answer is the caller's business.
   */
  async send(wanted: HttpRequest): Promise<HttpAnswer> {
    // Put together as text: `//host` as a reference would lead to another host, behind an origin it is a path.
    const address = this.origin + wanted.path;
    const url = wanted.path.startsWith("/") && URL.canParse(address) ? new URL(address) : undefined;
    if (url?.origin !== this.origin) {
      throw new DataSourceError("origin-escape", `a request would have left ${this.origin}; nothing was sent`);
    }
    const signal = AbortSignal.timeout(this.options.deadlineMs);
    const exchange = this.exchange(url, wanted, signal);
    // undici does not look at the signal while it connects (its issues 386, 4405): the race is what makes the deadline hard.
    const deadline = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    try {
      return await Promise.race([exchange, deadline]);
    } catch (thrown) {
      exchange.catch(() => undefined); // it lost the race; its own failure says nothing new
      throw networkError(thrown, url, this.options);
    }
  }

  /** Drops every connection at once. The next request opens new ones. */
  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.destroy();
  }

  private async exchange(url: URL, wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    this.#agent ??= new Agent({ connect: { timeout: this.options.connectMs ?? 5_000 } });
    const answer = await request(url, {
      method: wanted.method,
      headers: { "user-agent": USER_AGENT, ...wanted.headers },
      body: wanted.body,
      dispatcher: this.#agent,
      signal,
    });
    const body = await readCapped(answer.body, this.options.maxBytes);
    const contentType = String(answer.headers["content-type"] ?? "").split(";", 1)[0] ?? "";
    return { status: answer.statusCode, contentType: contentType.trim().toLowerCase(), headers: answer.headers, body };
  }
}

async function readCapped(body: Dispatcher.ResponseData["body"], maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      body.destroy();
      throw new DataSourceError("answer-too-large", `the answer has more than ${Math.floor(maxBytes / 1024)} KiB`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Node's and undici's codes, in our words (facts measured on undici 7, Node 20). */
const NETWORK_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOTFOUND: ["network-unreachable", "no such host"],
  EAI_AGAIN: ["network-unreachable", "the name lookup failed on this machine"],
  ECONNREFUSED: ["network-unreachable", "the connection was refused"],
  EHOSTUNREACH: ["network-unreachable", "there is no route to the host"],
  ENETUNREACH: ["network-unreachable", "there is no route to the network"],
  ECONNRESET: ["network-unreachable", "the connection was closed without an answer"],
  UND_ERR_SOCKET: ["network-unreachable", "the connection was closed without an answer"],
  UND_ERR_CONNECT_TIMEOUT: ["network-timeout", "no connection within the deadline"],
  UND_ERR_HEADERS_TIMEOUT: ["network-timeout", "no answer within the deadline"],
  UND_ERR_BODY_TIMEOUT: ["network-timeout", "no full answer within the deadline"],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["network-tls", "its certificate is not trusted on this machine"],
  UNABLE_TO_GET_ISSUER_CERT: ["network-tls", "its certificate is not trusted on this machine"],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["network-tls", "its certificate is not trusted on this machine"],
  SELF_SIGNED_CERT_IN_CHAIN: ["network-tls", "its certificate is not trusted on this machine"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["network-tls", "its certificate is self-signed and not trusted on this machine"],
  CERT_HAS_EXPIRED: ["network-tls", "its certificate has expired"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["network-tls", "its certificate is for another host"],
  EPROTO: ["network-not-http", "that port does not speak TLS"],
};

function networkError(thrown: unknown, url: URL, options: DoorOptions): DataSourceError {
  if (thrown instanceof DataSourceError) {
    return new DataSourceError(thrown.code, `${url.host}: ${thrown.message}`, thrown.remedy, thrown.fields);
  }
  const code = errorCode(thrown);
  if (code === "TimeoutError") {
    return new DataSourceError("network-timeout", `${url.host}: no full answer within ${options.deadlineMs / 1000} s`);
  }
  const known = NETWORK_CODES[code];
  if (known) return new DataSourceError(known[0], `${url.host}: ${known[1]} (${code})`, undefined, { cause: code });
  if (code.startsWith("ERR_SSL_")) {
    return new DataSourceError("network-not-http", `${url.host}: that port does not speak TLS (${code})`);
  }
  if (code === "HTTPParserError" || code.startsWith("HPE_")) {
    return new DataSourceError("network-not-http", `${url.host}: that port does not speak HTTP`);
  }
  // Class and code only: the words of an unforeseen error may hold what was sent.
  return new DataSourceError("network-unreachable", `${url.host}: the request failed (${code})`);
}

function errorCode(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return errorCode(thrown.errors[0]);
  if (!(thrown instanceof Error)) return typeof thrown;
  return "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
}

/** Hosts of this machine. Compares the parsed host: `localhost.evil.example` is none of them. */
export function loopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Link-local addresses and the names of cloud metadata services: no author and no token server lives there. */
export function linkLocalHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "");
  const addresses = [
    /^169\.254\.\d+\.\d+$/,
    /^\[::ffff:a9fe:[0-9a-f]+\]$/,
    /^\[fe[89ab][0-9a-f]:/,
    /^\[fd00:ec2::254\]$/,
  ];
  return addresses.some((address) => address.test(host)) || ["metadata", "metadata.google.internal"].includes(host);
}
