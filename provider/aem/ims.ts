import { createSign } from "node:crypto";
import { asDataSourceError, DataSourceError, excerpt, rememberSecret } from "../errors";
import { Door, type HttpAnswer } from "../http";
import type { ServiceCredentials } from "../serviceCredentials";
import { isRecord, Secret } from "../values";

/** Access tokens for a technical account: a signed JWT is exchanged for one at Adobe's identity management (aem.md §4.5). */

const EXCHANGE = "/ims/exchange/jwt";
/** Of the JWT: long enough for clocks that differ, too short to be of use to anybody who finds it. */
const JWT_SECONDS = 300;
/** A token is renewed this long before it ends, so that no request begins with one that ends on the way. */
const MARGIN_MS = 60_000;
const DEADLINE_MS = 15_000;
const MAX_BYTES = 64 * 1024;

interface Token {
  readonly value: Secret;
  /** Milliseconds since 1970. */
  readonly renewAt: number;
}

export class ImsTokens {
  readonly #door: Door;
  #token: Promise<Token> | undefined;

  constructor(private readonly credentials: ServiceCredentials) {
    const { imsOrigin, route } = credentials;
    this.#door = new Door(imsOrigin, { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES, route });
  }

  /** The token of this phase; a new one when it is about to end. A failure is not kept: the next request asks again. */
  async token(): Promise<Secret> {
    const known = await this.current();
    if (Date.now() < known.renewAt) return known.value;
    await this.forget(known.value);
    return (await this.current()).value;
  }

  /** Forgets a token that the author no longer takes; one that has been renewed since stays. */
  async forget(refused: Secret): Promise<void> {
    const known = await this.#token?.catch(() => undefined);
    if (known?.value.equals(refused)) this.#token = undefined;
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  private current(): Promise<Token> {
    this.#token ??= this.exchange().catch((thrown: unknown) => {
      this.#token = undefined;
      throw thrown;
    });
    return this.#token;
  }

  private async exchange(): Promise<Token> {
    const { clientId, clientSecret, imsOrigin } = this.credentials;
    const jwt = signedJwt(this.credentials, Date.now());
    const form = { client_id: clientId, client_secret: clientSecret.reveal(), jwt_token: jwt };
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    const body = new URLSearchParams(form).toString();
    const host = new URL(imsOrigin).host;
    try {
      return judge(await this.#door.send({ method: "POST", path: EXCHANGE, headers, body }), host, Date.now());
    } catch (thrown) {
      const { code, message, remedy, fields } = asDataSourceError(thrown);
      if (!code.startsWith("network-")) throw thrown;
      throw new DataSourceError(code, `IMS can't be asked for a token: ${message}`, remedy, fields);
    }
  }
}

/** RS256 (RFC 7518 §3.3), with the claims that IMS wants: one for each metascope beside the registered ones. */
export function signedJwt(credentials: ServiceCredentials, now: number): string {
  const { imsOrigin, clientId, account, organisation, metascopes, privateKey } = credentials;
  const claims = {
    iss: organisation,
    sub: account,
    aud: `${imsOrigin}/c/${clientId}`,
    exp: Math.floor(now / 1_000) + JWT_SECONDS,
    ...Object.fromEntries(metascopes.map((scope) => [`${imsOrigin}/s/${scope}`, true])),
  };
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  const jwt = `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey.reveal(), "base64url")}`;
  rememberSecret(jwt);
  return jwt;
}

function judge({ status, body }: HttpAnswer, host: string, now: number): Token {
  const said = parse(body);
  const { access_token: token, expires_in: lasts, error, error_description: description } = said;
  if (status === 200 && typeof token === "string" && /^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
    // IMS counts in milliseconds here, RFC 6749 in seconds: a day is either 86,400,000 or 86,400.
    const given = typeof lasts === "number" && lasts > 0 ? lasts : 3_600;
    const lifetimeMs = given > 1_000_000 ? given : given * 1_000;
    return { value: new Secret(token), renewAt: now + Math.max(lifetimeMs - MARGIN_MS, lifetimeMs / 2) };
  }
  if (status === 429 || status >= 500) {
    throw new DataSourceError("author-busy", `IMS (${host}) is not ready (${status})`, "Run the command again later.", {
      status,
    });
  }
  if (status >= 400 && typeof error === "string") {
    const words = [error, description].filter((word) => typeof word === "string").join(": ");
    const message = `IMS (${host}) refused the service credentials (${status} ${excerpt(words)})`;
    const remedy =
      "Take them anew from AEM's Developer Console: a certificate lives for a year, and one that was revoked is never taken. This machine's clock must be right, too.";
    throw new DataSourceError("author-login-refused", message, remedy, { status });
  }
  const message = `${host} does not answer like IMS (${status}): no token, and no error that it knows`;
  throw new DataSourceError(
    "author-answer-unexpected",
    message,
    "Check integration.imsEndpoint, and what is between.",
    { status },
  );
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    return isRecord(json) ? json : {};
  } catch {
    return {}; // the words of that failure quote the body
  }
}
