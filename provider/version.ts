import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "./values";

/** This package's own version, for the state. */
export const PACKAGE_VERSION: string = readVersion();

function readVersion(): string {
  // Two folders up from dist/provider, in the repository as in the installed package.
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));
  return isRecord(manifest) ? String(manifest.version) : "";
}
