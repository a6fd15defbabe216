import { authorizationOf, type Login } from "../connection";
import type { Secret } from "../values";
import { ImsTokens } from "./ims";

/** The login as a header of requests to the author: as it was given, or as IMS gives it for a while. */
export class AuthorLogin {
  readonly #fixed: string | undefined;
  readonly #tokens: ImsTokens | undefined;
  #last: Secret | undefined;

  constructor(login: Login) {
    if (login.kind === "service") this.#tokens = new ImsTokens(login.credentials);
    else this.#fixed = authorizationOf(login);
  }

  async authorization(): Promise<string> {
    if (this.#tokens === undefined) return this.#fixed ?? "";
    this.#last = await this.#tokens.token();
    return `Bearer ${this.#last.reveal()}`;
  }

  /** Whether there will be another one: a token that the author refuses before its time is given up. */
  async renew(): Promise<boolean> {
    if (this.#tokens === undefined || this.#last === undefined) return false;
    await this.#tokens.forget(this.#last);
    return true;
  }

  async close(): Promise<void> {
    await this.#tokens?.close();
  }
}
