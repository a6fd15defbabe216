import { createHmac, randomBytes } from "node:crypto";
import type { Environment } from "../proxy";
import { type AskLimits, askForToken } from "./askForToken";
import type { ClientCredentials } from "./request";
import type { Verdict } from "./verdict";

export type { ClientCredentials } from "./request";

/**
 * The token checks of one phase. One request per app and process: the promise is kept, and a refusal is kept as well,
 * since a second failed login would only bring an account lockout nearer.
 */
export class TokenChecks {
  readonly #verdicts = new Map<string, Promise<Verdict>>();
  /** The key of the map holds a secret, so it is kept as a digest that means nothing outside this process. */
  readonly #key = randomBytes(32);

  /** `environment`: where a proxy is named. */
  constructor(
    private readonly environment: Environment,
    private readonly limits: AskLimits = {},
  ) {}

  check(credentials: ClientCredentials): Promise<Verdict> {
    const app = this.app(credentials);
    const known = this.#verdicts.get(app);
    if (known) return known;
    const verdict = this.ask(credentials);
    this.#verdicts.set(app, verdict);
    return verdict;
  }

  /** The verdict of this process, if the check was made; never a request. */
  async known(credentials: ClientCredentials): Promise<Verdict | undefined> {
    return this.#verdicts.get(this.app(credentials));
  }

  /** As AEM will: id and secret in the body, and nothing that AEM has no property for. */
  private async ask({ clientId, clientSecret, tokenUrl, scope }: ClientCredentials): Promise<Verdict> {
    const request = { clientId, clientSecret, tokenUrl, scope };
    const { verdict } = await askForToken(request, { environment: this.environment, ...this.limits });
    return verdict;
  }

  private app({ clientId, clientSecret, tokenUrl, scope }: ClientCredentials): string {
    const identity = JSON.stringify([tokenUrl, clientId, clientSecret.reveal(), scope ?? null]);
    return createHmac("sha256", this.#key).update(identity).digest("base64");
  }
}
