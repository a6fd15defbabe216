import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ALGORITHM = "aes-128-cbc";
const IV_BYTES = 16;

/**
 * Stands in for Granite CryptoSupport: one random key an instance and a random IV an encryption, so that the same text
 * never looks the same twice.
 */
export class CryptoSupport {
  readonly #key = randomBytes(16);

  protect(plain: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, iv);
    return `{${Buffer.concat([iv, cipher.update(plain, "utf8"), cipher.final()]).toString("hex")}}`;
  }

  unprotect(ciphertext: string): string {
    const bytes = Buffer.from(ciphertext.slice(1, -1), "hex");
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, IV_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]).toString("utf8");
  }
}

export function isProtected(value: string): boolean {
  return /^\{(?:[0-9a-f]{32}){2,}\}$/.test(value);
}
