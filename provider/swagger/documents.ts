import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { DataSourceError } from "../errors";
import { type Product, sha256 } from "../values";
import type { SwaggerProblem } from "./problem";
import { readSwagger, refuseSize, type SwaggerDocument } from "./read";
import { type Api, summarise } from "./summary";

export type SwaggerSource = { readonly file: string } | { readonly text: string };

/** What a Swagger file that is no file is called in messages. */
export const TEXT_IN_PROGRAM = "(text in the program)";

export interface CheckedSwagger {
  readonly document: SwaggerDocument;
  readonly api: Api;
}

/**
 * The Swagger files of one phase. A document is parsed once however many data sources use it, and the bytes that
 * `check` read are the bytes that are written, whatever becomes of the file on disk in between.
 */
export class Documents {
  readonly #parsed = new Map<string, CheckedSwagger>();
  readonly #checked = new Map<string, CheckedSwagger>();
  readonly #judged = new Map<string, SwaggerProblem[]>();

  /** Paths are relative to `folder`, the program's. Throws `swagger-unreadable`. */
  constructor(private readonly folder: string) {}

  async load(source: SwaggerSource): Promise<CheckedSwagger> {
    const called = "file" in source ? source.file : TEXT_IN_PROGRAM;
    const bytes = "file" in source ? await this.readBytes(source.file) : Buffer.from(source.text, "utf8");
    return this.parse(bytes, called);
  }

  parse(bytes: Buffer, called: string): CheckedSwagger {
    const known = this.#parsed.get(sha256(bytes));
    if (known) return known;
    const document = readSwagger(bytes, called);
    const parsed = { document, api: summarise(document.content) };
    this.#parsed.set(document.sha256, parsed);
    return parsed;
  }

  /** What AEM makes of it, by the rules for `product`; judged once. */
  judge(document: SwaggerDocument, product: Product): readonly SwaggerProblem[] {
    const key = `${document.sha256} ${product}`;
    // The rules bring a validator along, which a preview without a change in the file does not wait for.
    const { judge }: typeof import("./rules") = require("./rules");
    const judged = this.#judged.get(key) ?? document.place(judge(document.content, product));
    this.#judged.set(key, judged);
    return judged;
  }

  /** Keeps what was checked for the data source at `place`, for the write of the same phase. */
  keep(place: string, checked: CheckedSwagger): void {
    this.#checked.set(place, checked);
  }

  /**
   * What is to be written for the data source at `place`. When this phase's check did not read it (`ignoreChanges`), the
   * file is read now and must still mean what the state says.
   */
  async toWrite(place: string, source: SwaggerSource | undefined, digest: string): Promise<CheckedSwagger> {
    const kept = this.#checked.get(place);
    if (kept?.api.digest === digest) return kept;
    const loaded = source && (await this.load(source));
    if (loaded?.api.digest === digest) return loaded;
    throw new DataSourceError(
      "swagger-unreadable",
      "the Swagger file that the state describes is not at hand any more",
      "Take `swagger` out of ignoreChanges and run pulumi up again.",
    );
  }

  private async readBytes(file: string): Promise<Buffer> {
    const path = resolve(this.folder, file);
    try {
      const found = await stat(path);
      if (!found.isFile()) throw Object.assign(new Error(), { code: "EISDIR" }); // a pipe would be waited for
      refuseSize(found.size, file);
      return await readFile(path);
    } catch (thrown) {
      if (thrown instanceof DataSourceError) throw thrown;
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
      const what =
        { ENOENT: "not found", EISDIR: "it is no file", EACCES: "not readable" }[code] ?? `not readable (${code})`;
      throw new DataSourceError(
        "swagger-unreadable",
        `Swagger file ${file}: ${what}`,
        "Check the path: it begins at the program's folder.",
      );
    }
  }
}
