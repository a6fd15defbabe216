import type { TokenRequest } from "../../../provider/oauth/request";

/** A token server that behaves in one way, and the row of the decision table that it stands for. */
export interface TokenCase {
  /** Name of the row; `issued` for a token without a doubt. */
  readonly row: string;
  /** What the server does, for the name of a test. */
  readonly what: string;
  readonly behaviour: Answer | Trouble;
  /** Further parts of the request. */
  readonly request?: Partial<TokenRequest>;
  /** It never answers in full, so it is given little time. */
  readonly endless?: boolean;
  /** How often it is asked; once unless said otherwise. */
  readonly attempts?: number;
}

/** An answer to every request, from a plain http server on this machine. */
export interface Answer {
  /** Path of the token URL. Default: /token. */
  readonly path?: string;
  /** A host by which a vendor is known: reached by TLS through a proxy that leads to this machine. */
  readonly host?: string;
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** Anything else that can go wrong: servers are started, and stopped again. */
export type Trouble = (ground: Ground) => Promise<Place>;

export interface Place {
  readonly tokenUrl: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Asks in a process of its own that trusts the certificates of `Ground`, since Node reads that at its start. */
  readonly trusting?: boolean;
  /** What the name lookup of this process fails with, instead of asking anybody. */
  readonly lookup?: string;
}

/** What cases are built on. All of it is gone when the case is over. */
export interface Ground {
  readonly authority: import("../certificates").Authority;
  /** Lets a server listen on this machine; answers `127.0.0.1:port`. */
  listen(server: import("node:net").Server): Promise<string>;
  stopLater(stop: () => Promise<unknown>): void;
}

export function isTrouble(behaviour: Answer | Trouble): behaviour is Trouble {
  return typeof behaviour === "function";
}
