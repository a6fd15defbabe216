import type { Dispatcher, FormData } from "undici";
import { DataSourceError, DEFECT } from "./errors";
import { httpLibrary } from "./httpLibrary";
import { networkError } from "./networkErrors";
import { type OpenRoute, openRoute, type Route } from "./route";

/** The one door to the network: one origin, no redirects, a hard deadline, a byte cap. */

/** A multipart body, of the kind that the door sends. */
export function emptyForm(): FormData {
  const { FormData } = httpLibrary();
  return new FormData();
}

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
  /** Whom to trust, who to be, through which proxy. Default: what this machine trusts, nobody, none. */
  readonly route?: Route;
}

/** Version-free on purpose: no "Mozilla" in it, so that Sling's referrer filter and login redirects leave it alone. */
const USER_AGENT = "pulumi-aem-datasource";

export class Door {
  #open: OpenRoute | undefined;
  /** The last failure of TLS that undici keeps to itself; a new object each time. */
  #tlsFailure: { readonly code: string } | undefined;

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
      throw new DataSourceError("origin-escape", `a request would have left ${this.origin}; nothing was sent`, DEFECT);
    }
    const { deadlineMs, route } = this.options;
    const earlier = this.#tlsFailure;
    const signal = AbortSignal.timeout(deadlineMs);
    const exchange = this.exchange(url, wanted, signal);
    // undici does not look at the signal while it connects (its issues 386, 4405): the race is what makes the deadline hard.
    const deadline = rejectOn(signal);
    try {
      return await Promise.race([exchange, deadline.promise]);
    } catch (thrown) {
      exchange.catch(() => undefined); // it lost the race; its own failure says nothing new
      throw networkError(thrown, url.host, {
        deadlineMs,
        proxy: route?.proxy?.origin,
        certificate: route?.certificate !== undefined,
        tlsFailure: this.#tlsFailure === earlier ? undefined : this.#tlsFailure?.code,
      });
    } finally {
      deadline.stop();
    }
  }

  /** Drops every connection at once. The next request opens new ones. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.destroy();
  }

  private async exchange(url: URL, wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { route = {}, connectMs = 5_000, deadlineMs } = this.options;
    this.#open ??= openRoute(this.origin, {
      route,
      connectMs,
      deadlineMs,
      onTlsFailure: (code) => {
        this.#tlsFailure = { code };
      },
    });
    const answer = await httpLibrary().request(url, {
      method: wanted.method,
      headers: { "user-agent": USER_AGENT, ...wanted.headers },
      body: wanted.body,
      dispatcher: this.#open.dispatcher,
      signal,
    });
    const body = await readCapped(answer.body, this.options.maxBytes);
    const contentType = String(answer.headers["content-type"] ?? "").split(";", 1)[0] ?? "";
    return { status: answer.statusCode, contentType: contentType.trim().toLowerCase(), headers: answer.headers, body };
  }
}

/** Stopped as soon as nobody waits for it: until the signal fires, it would keep the answer that won the race. */
function rejectOn(signal: AbortSignal): { readonly promise: Promise<never>; stop(): void } {
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    const late = () => reject(signal.reason);
    signal.addEventListener("abort", late, { once: true });
    stop = () => signal.removeEventListener("abort", late);
  });
  return { promise, stop: () => stop() };
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

/** Hosts of this machine. Compares the parsed host: `localhost.evil.example` is none of them. */
export function loopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Where cloud machines ask for their own credentials, beside all link-local addresses. Azure's and Alibaba's are not link-local. */
const METADATA_HOSTS = [
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
  "metadata.tencentyun.com",
  "168.63.129.16",
  "100.100.100.200",
  "[fd00:ec2::254]",
  "[fd20:ce::254]",
];

/** An IPv4 address of 169.254.0.0/16, by itself or inside of IPv6 (mapped, compatible, NAT64); fe80::/10. */
const LINK_LOCAL = [/^169\.254\.\d+\.\d+$/, /^\[(64:ff9b)?::(ffff:)?a9fe:[0-9a-f]+\]$/, /^\[fe[89ab][0-9a-f]:/];

/** Link-local addresses and the hosts of cloud metadata services: no author, no token server and no IMS lives there. */
export function linkLocalHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "");
  return METADATA_HOSTS.includes(host) || LINK_LOCAL.some((address) => address.test(host));
}
