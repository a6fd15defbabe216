import { authorizationOf, type Login } from "../connection";
import { Secret } from "../values";
import { ImsTokens } from "./ims";

/** The login as a header of requests to the author: as it was given, or as IMS gives it for a while. */
export class AuthorLogin {
  readonly #fixed: string | undefined;
  readonly #tokens: ImsTokens | undefined;

  constructor(login: Login) {
    if (login.kind === "service") this.#tokens = new ImsTokens(login.credentials);
    else this.#fixed = authorizationOf(login);
  }

  async authorization(): Promise<string> {
    return this.#fixed ?? bearer(await this.#tokens?.token()) ?? "";
  }

  /** Another header in the place of one that the author refused; undefined where there is none to be had. */
  async insteadOf(refused: string): Promise<string | undefined> {
    return bearer(await this.#tokens?.insteadOf(new Secret(refused.slice(SCHEME.length))));
  }

  async close(): Promise<void> {
    await this.#tokens?.close();
  }
}

const SCHEME = "Bearer ";

function bearer(token: Secret | undefined): string | undefined {
  return token && SCHEME + token.reveal();
}
