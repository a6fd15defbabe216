import { createSign } from "node:crypto";
import { asDataSourceError, DataSourceError, excerpt, rememberSecret } from "../errors";
import { Door, type HttpAnswer } from "../http";
import { tlsTrouble } from "../networkErrors";
import type { ServiceCredentials } from "../serviceCredentials";
import { isBearerToken, isRecord, Secret } from "../values";
import { retryAfter } from "./seen";

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
  /** Once the author has refused a token of this phase before its time. */
  #renewal: Promise<void> | undefined;

  constructor(private readonly credentials: ServiceCredentials) {
    const { imsOrigin, route } = credentials;
    this.#door = new Door(imsOrigin, { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES, route });
  }

  /** The token of this phase; a new one when it is about to end. */
  async token(): Promise<Secret> {
    const known = await this.current();
    if (Date.now() >= known.renewAt) await this.forget(known.value);
    return (await this.current()).value;
  }

  /**
   * A token in the place of one that the author refused before its time; undefined where that would be a second one in
   * this phase: an author that refuses a fresh token does not know the account.
   */
  async insteadOf(refused: Secret): Promise<Secret | undefined> {
    this.#renewal ??= this.forget(refused);
    await this.#renewal;
    const { value } = await this.current();
    return value.equals(refused) ? undefined : value;
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  /** One that has been renewed since stays. */
  private async forget(token: Secret): Promise<void> {
    const known = await this.#token?.catch(() => undefined);
    if (known?.value.equals(token)) this.#token = undefined;
  }

  /** A refusal is kept, since a second one would only bring a lockout nearer; after any other failure IMS is asked again. */
  private current(): Promise<Token> {
    this.#token ??= this.exchange().catch((thrown: unknown) => {
      if (asDataSourceError(thrown).code !== "ims-refused") this.#token = undefined;
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
      if (code.startsWith("ims-")) throw thrown;
      const what = `IMS can't be asked for a token: ${message}`;
      // Not the code of the network: who asks for a token has sent the author nothing yet.
      throw new DataSourceError("ims-unreachable", what, remedy ?? remedyOf(fields.cause), fields);
    }
  }
}

/** RS256 (RFC 7518 §3.3), with the claims that IMS wants: one for each metascope beside the registered ones. */
function signedJwt(credentials: ServiceCredentials, now: number): string {
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

function remedyOf(cause: string | undefined): string {
  return tlsTrouble(cause) === "server not trusted"
    ? "Name the CA that signed it in the connection's CA file. A proxy that opens TLS shows a certificate of its own CA."
    : "Check integration.imsEndpoint, and that this machine may go there: the way out may be a proxy (HTTPS_PROXY).";
}

function judge(answer: HttpAnswer, host: string, now: number): Token {
  const { status } = answer;
  const { access_token: token, expires_in: lasts, error, error_description: description } = parse(answer.body);
  if (status === 200 && typeof token === "string" && isBearerToken(token)) {
    // IMS counts in milliseconds here, RFC 6749 in seconds: a day is either 86,400,000 or 86,400.
    const given = typeof lasts === "number" && lasts > 0 ? lasts : 3_600;
    const lifetimeMs = given > 1_000_000 ? given : given * 1_000;
    return { value: new Secret(token), renewAt: now + Math.max(lifetimeMs - MARGIN_MS, lifetimeMs / 2) };
  }
  if (status === 429 || status >= 500) {
    const waitSeconds = retryAfter(answer);
    const when = waitSeconds === undefined ? "later" : `after ${waitSeconds} s`;
    const what = status === 429 ? "is asked too often" : "is not ready";
    throw new DataSourceError("ims-busy", `IMS (${host}) ${what} (${status})`, `Run the command again ${when}.`, {
      status,
      ...(waitSeconds === undefined ? {} : { waitSeconds }),
    });
  }
  if (status >= 400 && typeof error === "string") {
    const words = [error, description].filter((word) => typeof word === "string").join(": ");
    const message = `IMS (${host}) refused the service credentials (${status} ${excerpt(words)})`;
    const remedy =
      "Take them anew from AEM's Developer Console: a certificate lives for a year, and one that was revoked is never taken. This machine's clock must be right, too.";
    throw new DataSourceError("ims-refused", message, remedy, { status });
  }
  const message = `${host} does not answer like IMS (${status}): no token, and no error that it knows`;
  const remedy = "Check integration.imsEndpoint, and what is between.";
  throw new DataSourceError("ims-answer-unexpected", message, remedy, { status });
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    return isRecord(json) ? json : {};
  } catch {
    return {}; // the words of that failure quote the body
  }
}
