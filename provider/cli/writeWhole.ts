import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataSourceError, excerpt } from "../errors";

/** Writes a file whole or not at all, over what is there. `option` is the one that named it, for messages. */
export async function writeWhole(file: string, content: string, option: string): Promise<void> {
  const beside = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(beside, content, { flag: "wx" });
    await rename(beside, file);
  } catch (thrown) {
    await rm(beside, { force: true });
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
    const why = thrown.code === "ENOENT" ? "its folder is not there" : String(thrown.code);
    throw new DataSourceError(
      "input-invalid",
      `${excerpt(file)} can't be written: ${why}`,
      `Give another file by ${option}.`,
    );
  }
}
