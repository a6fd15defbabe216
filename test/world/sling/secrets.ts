import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** The stand-in's encryption from this side; the same format as the emulator's: `{hex of IV and AES-128-CBC}`. */

const ALGORITHM = "aes-128-cbc";
const BLOCK = 16;

export function newKey(): string {
  return randomBytes(BLOCK).toString("hex");
}

export function protect(key: string, plain: string): string {
  const iv = randomBytes(BLOCK);
  const cipher = createCipheriv(ALGORITHM, Buffer.from(key, "hex"), iv);
  return `{${Buffer.concat([iv, cipher.update(plain, "utf8"), cipher.final()]).toString("hex")}}`;
}

/** Undefined when it isn't encrypted. */
export function unprotect(key: string, value: string): string | undefined {
  if (!/^\{(?:[0-9a-f]{32}){2,}\}$/.test(value)) return undefined;
  const bytes = Buffer.from(value.slice(1, -1), "hex");
  const decipher = createDecipheriv(ALGORITHM, Buffer.from(key, "hex"), bytes.subarray(0, BLOCK));
  return Buffer.concat([decipher.update(bytes.subarray(BLOCK)), decipher.final()]).toString("utf8");
}
