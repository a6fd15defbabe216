import { generateKeyPairSync, type KeyObject, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { isRecord } from "../../provider/values";

/**
 * Adobe's identity management as far as service credentials need it: it exchanges a JWT for an access token, and looks at
 * the signature, at who it is for, at its end and at its metascopes as the real one does by its documentation.
 */
export interface Ims {
  readonly origin: string;
  /** What AEM's Developer Console would hand out for the technical account. */
  readonly credentials: string;
  readonly privateKey: string;
  readonly clientSecret: string;
  /** What came in and what was answered: never a secret. */
  readonly exchanges: { readonly status: number; readonly error: string | undefined }[];
  /** All of them, for searches of leaks; the last one counts. */
  readonly issuedTokens: string[];
  /** All JWTs that came in. */
  readonly jwts: string[];
  /** Answers of the next exchanges, each once. */
  readonly next: { status: number; body: string }[];
  /** Milliseconds that tokens are said to live, as IMS says it. Default: a day. */
  lifetimeMs: number;
  stop(): Promise<void>;
}

const ACCOUNT = "5D7E8F9A0B1C2D3E@techacct.example";
const ORGANISATION = "ABCDEF0123456789@AdobeOrg";
const METASCOPE = "ent_aem_cloud_api";

/** `onIssue` hears of each token, so that an author can be told which one to take. */
export async function startIms(onIssue: (token: string) => void = () => undefined): Promise<Ims> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const clientId = "cm-p1-e2-integration-0";
  const clientSecret = `p8e-${randomBytes(12).toString("hex")}`;
  const ims = { exchanges: [], issuedTokens: [], jwts: [], next: [], lifetimeMs: 86_400_000 } as Pick<
    Ims,
    "exchanges" | "issuedTokens" | "jwts" | "next" | "lifetimeMs"
  >;
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    ims.exchanges.push({ status, error: errorOf(body) });
    const type = body.startsWith("<") ? "text/html" : "application/json";
    response.writeHead(status, { "content-type": type }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${Object(server.address()).port}`;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const form = new URLSearchParams(await text(request));
    const jwt = form.get("jwt_token") ?? "";
    ims.jwts.push(jwt);
    const scripted = ims.next.shift();
    if (scripted) return scripted;
    const refuse = (error: string, description: string) => {
      return { status: 400, body: JSON.stringify({ error, error_description: description }) };
    };
    if (request.method !== "POST" || request.url !== "/ims/exchange/jwt") return { status: 404, body: "{}" };
    if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
      return refuse("invalid_client", "invalid client_secret parameter");
    }
    const fault = faultOf(jwt, publicKey, origin, clientId);
    if (fault !== undefined) return refuse("invalid_token", fault);
    const token = `eyJ-${randomBytes(24).toString("base64url")}`;
    ims.issuedTokens.push(token);
    onIssue(token);
    return {
      status: 200,
      body: JSON.stringify({ token_type: "bearer", access_token: token, expires_in: ims.lifetimeMs }),
    };
  }

  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const integration = {
    imsEndpoint: origin,
    metascopes: METASCOPE,
    technicalAccount: { clientId, clientSecret },
    email: "technical@example.com",
    id: ACCOUNT,
    org: ORGANISATION,
    privateKey: pem,
    certificateExpirationDate: new Date(Date.now() + 86_400_000).toISOString(),
  };
  return Object.assign(ims, {
    origin,
    credentials: JSON.stringify({ ok: true, integration, statusCode: 200 }),
    privateKey: pem,
    clientSecret,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  });
}

/** What is wrong with the JWT, in the words that a user would see; undefined where it is right. */
function faultOf(jwt: string, key: KeyObject, origin: string, clientId: string): string | undefined {
  const [head = "", payload = "", signature = ""] = jwt.split(".");
  if (decode(head).alg !== "RS256") return "The algorithm is not RS256";
  const bytes = Buffer.from(`${head}.${payload}`);
  if (!verify("RSA-SHA256", bytes, key, Buffer.from(signature, "base64url"))) {
    return "Could not match JWT signature to any of the bindings";
  }
  const claims = decode(payload);
  if (claims.iss !== ORGANISATION || claims.sub !== ACCOUNT) return "The JWT is not of this account";
  if (claims.aud !== `${origin}/c/${clientId}`) return "The audience is another one";
  if (!(Number(claims.exp) * 1_000 > Date.now())) return "JWT token is expired";
  return claims[`${origin}/s/${METASCOPE}`] === true ? undefined : "The metascope is missing";
}

function decode(part: string): Readonly<Record<string, unknown>> {
  const content: unknown = JSON.parse(Buffer.from(part, "base64url").toString() || "{}");
  return isRecord(content) ? content : {};
}

function errorOf(body: string): string | undefined {
  return /"error":"(\w+)"/.exec(body)?.[1];
}
