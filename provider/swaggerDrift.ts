import { asDataSourceError } from "./errors";
import type { State } from "./inputs";
import type { Run } from "./run";
import type { Change } from "./swagger/change";
import { compareApis } from "./swagger/compareApis";
import { compareDocuments } from "./swagger/compareSchemas";
import type { CheckedSwagger } from "./swagger/documents";

/**
 * What differs by operation between the Swagger file of the state and the one in AEM. The file on disk tells it down to
 * the schemas, as long as its bytes are those that the state knows; else the state's signatures have to do.
 */
export async function swaggerDrift(run: Run, { api, sha256, swagger }: State, seen: CheckedSwagger): Promise<Change[]> {
  if (api === undefined || api.digest === seen.api.digest) return [];
  const onDisk = swagger && "file" in swagger ? await readIfThere(run, swagger.file) : undefined;
  return onDisk?.document.sha256 === sha256 && onDisk !== undefined
    ? compareDocuments(onDisk.document.content, seen.document.content)
    : compareApis(api, seen.api);
}

/** A refresh needs no program: that its file is not at hand, or not what it was, is nobody's fault here. */
async function readIfThere(run: Run, file: string): Promise<CheckedSwagger | undefined> {
  try {
    return await run.documents.load({ file });
  } catch (thrown) {
    if (asDataSourceError(thrown).code.startsWith("swagger-")) return undefined;
    throw thrown;
  }
}
