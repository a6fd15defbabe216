/**
 * A real OAuth 2.0 token server on loopback, for the tests and the demo: oidc-provider, which we did not write, with the
 * client-credentials grant alone.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unescape as percentDecode } from "node:querystring";
import { text } from "node:stream/consumers";

type Adapter = import("oidc-provider", { with: { "resolution-mode": "import" }}).Adapter;
type ClientMetadata = import("oidc-provider", { with: { "resolution-mode": "import" }}).ClientMetadata;
type Context = import("oidc-provider", { with: { "resolution-mode": "import" }}).KoaContextWithOIDC;

export interface TokenServerOptions {
  /** Default: a free one. */
  port?: number;
  /** `scope`: what the client may ask for, separated by spaces; default `api`. */
  clients: { clientId: string; clientSecret: string; scope?: string }[];
  /** Path of the token endpoint; default as at Salesforce. */
  path?: string;
}

export interface TokenRequest {
  at: Date;
  clientId?: string;
  status: number;
  error?: string;
  /** The form body as it came, secret included: for assertions, never for print. */
  fields: Record<string, string>;
  authorization?: string;
}

export interface TokenServer {
  origin: string;
  tokenUrl: string;
  /** Every request to any path, in the order of the answers. */
  requests: TokenRequest[];
  /** One line a request, fit to be printed: method, path, status, error code. */
  log: string[];
  /** The access tokens given out, for the search for leaks. */
  issuedTokens: string[];
  setSecret(clientId: string, clientSecret: string): void;
  /** A further client, beside those that are there. */
  addClient(clientId: string, clientSecret: string): void;
  removeClient(clientId: string): void;
  stop(): Promise<void>;
}

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  // ESM only, and the project compiles to CommonJS.
  const { default: Provider, errors } = await import("oidc-provider");

  const path = options.path ?? "/services/oauth2/token";
  const clients = new Map(
    options.clients.map(({ clientId, clientSecret, scope }) => [clientId, metadata(clientId, clientSecret, scope)]),
  );
  const scopes = [...new Set([...clients.values()].flatMap(({ scope }) => scope?.split(" ") ?? []))];
  const requests: TokenRequest[] = [];
  const log: string[] = [];
  const issuedTokens: string[] = [];

  const server = createServer();
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  // oidc-provider prints a notice for every development default it falls back to. So each one on our way has a value
  // here, and what we don't need is off.
  const provider = new Provider(origin, {
    adapter: (model) => storage(model, clients),
    clientAuthMethods: ["client_secret_post", "client_secret_basic"],
    cookies: { keys: [randomBytes(16).toString("hex")] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    // The tokens are opaque, so nothing is ever signed; but no client is valid without a key for ID tokens.
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    jwks: { keys: [generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" })] },
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    responseTypes: [],
    routes: { token: path },
    scopes,
    ttl: { ClientCredentials: 7200 },
    // Runs for each token before it is issued. Without it a scope that the server doesn't know is dropped in silence.
    extraTokenClaims: ({ oidc }) => {
      const asked = typeof oidc.body?.scope === "string" ? oidc.body.scope.split(" ") : [];
      const unknown = asked.find((scope) => !scopes.includes(scope));
      if (unknown !== undefined) throw new errors.InvalidScope("requested scope is not known", unknown);
      return undefined;
    },
  });
  provider.app.silent = true; // Koa prints a stack when a client hangs up; a failure of the server shows as status 500
  provider.use(async (ctx: Context, next) => {
    const at = new Date();
    await next();
    const fields = await formOf(ctx);
    const authorization = ctx.get("authorization") || undefined;
    const error = textIn(ctx.body, "error");
    const token = textIn(ctx.body, "access_token");
    requests.push({
      at,
      clientId: clientIdOf(fields, authorization),
      status: ctx.status,
      error,
      fields,
      authorization,
    });
    log.push([ctx.method, ctx.path, ctx.status, error].filter(Boolean).join(" "));
    if (token) issuedTokens.push(token);
  });
  server.on("request", provider.callback());

  return {
    origin,
    tokenUrl: origin + path,
    requests,
    log,
    issuedTokens,
    setSecret(clientId, clientSecret) {
      const client = clients.get(clientId);
      if (!client) throw new Error(`The token server has no client ${clientId}.`);
      clients.set(clientId, { ...client, client_secret: clientSecret });
    },
    addClient(clientId, clientSecret) {
      clients.set(clientId, metadata(clientId, clientSecret));
    },
    removeClient(clientId) {
      clients.delete(clientId);
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function metadata(clientId: string, clientSecret: string, scope = "api"): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    scope,
    token_endpoint_auth_method: "client_secret_post",
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
  };
}

/** Only clients are ever looked up, and afresh for each request, so that a new secret counts at once. Tokens aren't kept. */
function storage(model: string, clients: Map<string, ClientMetadata>): Adapter {
  const nothing = async () => undefined;
  return {
    find: async (id) => (model === "Client" ? clients.get(id) : undefined),
    upsert: nothing,
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}

/** On the token endpoint oidc-provider has read the body; on a path that it doesn't know nobody has. */
async function formOf(ctx: Context): Promise<Record<string, string>> {
  if (ctx.oidc) {
    return Object.fromEntries(Object.entries(ctx.oidc.body ?? {}).map(([name, value]) => [name, String(value)]));
  }
  return ctx.is("urlencoded") ? Object.fromEntries(new URLSearchParams(await text(ctx.req))) : {};
}

function clientIdOf(fields: Record<string, string>, authorization?: string): string | undefined {
  if (fields.client_id !== undefined) return fields.client_id;
  const [scheme, credentials] = authorization?.split(" ") ?? [];
  if (scheme?.toLowerCase() !== "basic" || credentials === undefined) return undefined;
  const [id = ""] = Buffer.from(credentials, "base64").toString().split(":");
  return percentDecode(id.replaceAll("+", " "));
}

function textIn(body: unknown, name: string): string | undefined {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === "string" ? value : undefined;
}
