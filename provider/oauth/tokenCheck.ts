import { createHmac, randomBytes } from "node:crypto";
import { asDataSourceError } from "../errors";
import { Door } from "../http";
import type { Secret } from "../values";
import { judgeAnswer, judgeSilence, type Verdict } from "./verdict";

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Absolute URL: https, or http to loopback. */
  readonly tokenUrl: string;
  readonly scope?: string | undefined;
}

const DEADLINE_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/**
 * Asks the token server for a token, as AEM will: one POST by the client-credentials grant (RFC 6749 §4.4), client id
 * and secret in the body. One request per app and process: the promise is kept, and a refusal is kept as well, since a
 * second failed login would only bring an account lockout nearer.
 */
export class TokenChecks {
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  /** The key of the map holds a secret, so it is kept as a digest that means nothing outside this process. */
  readonly #key = randomBytes(32);

  check(credentials: ClientCredentials): Promise<Verdict> {
    const app = this.app(credentials);
    const known = this.#verdicts.get(app);
    if (known) return known;
    const verdict = requestToken(credentials);
    this.#verdicts.set(app, verdict);
    return verdict;
  }

  /** The verdict of this process, if the check was made; never a request. */
  async known(credentials: ClientCredentials): Promise<Verdict | undefined> {
    return this.#verdicts.get(this.app(credentials));
  }

  private app({ clientId, clientSecret, tokenUrl, scope }: ClientCredentials): string {
    const identity = JSON.stringify([tokenUrl, clientId, clientSecret.reveal(), scope ?? null]);
    return createHmac("sha256", this.#key).update(identity).digest("base64");
  }
}

async function requestToken(credentials: ClientCredentials): Promise<Verdict> {
  const url = new URL(credentials.tokenUrl);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret.reveal(),
  });
  if (credentials.scope !== undefined) form.set("scope", credentials.scope);
  const door = new Door(url.origin, { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES });
  try {
    const answer = await door.send({
      method: "POST",
      path: `${url.pathname}${url.search}`,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: form.toString(),
    });
    return judgeAnswer(answer, url.host);
  } catch (thrown) {
    return judgeSilence(asDataSourceError(thrown));
  } finally {
    await door.close();
  }
}
