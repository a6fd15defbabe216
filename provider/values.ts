import { createHash } from "node:crypto";
import { rememberSecret } from "./errors";

/** A value that the engine does not know yet, in a preview. Never sent anywhere; what is derived from it is unknown too. */
export const UNKNOWN = Symbol("unknown until the update");
export type Unknown = typeof UNKNOWN;

export function isUnknown(value: unknown): value is Unknown {
  return value === UNKNOWN;
}

/**
 * A secret of this run. It prints as `[secret]` in every way a value can print itself, and whoever makes one has told
 * the redactor about it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    rememberSecret(value);
  }

  /** The secret itself: for the request that needs it, and for the engine's own envelope. */
  reveal(): string {
    return this.#value;
  }

  equals(other: Secret | undefined): boolean {
    return other !== undefined && other.#value === this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** By RFC 6750 §2.1. Anything else would not even be sent, and the words of that failure hold it. */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]+=*$/.test(text);
}

/** SHA-256 as hex digits. */
export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The AEM that an author is. Decides property names and which Swagger versions are taken. */
export const PRODUCTS = ["aem65", "aem65lts", "aemcs"] as const;
export type Product = (typeof PRODUCTS)[number];

/** What a JCR property can hold here. */
export type PropertyValue = string | number | boolean | readonly string[];
