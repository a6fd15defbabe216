import type { Author } from "./aem/author";
import { type LiveDataSource, readSwaggerFile } from "./aem/dataSource";
import { asDataSourceError } from "./errors";
import type { SeenFile } from "./observed";
import type { Run } from "./run";

/** The Swagger file as AEM holds it: parsed, or why not. That it can't be read is a finding, and no failure. */
export async function readSeenFile(run: Run, author: Author, path: string, live: LiveDataSource): Promise<SeenFile> {
  if (!live.hasFile) return "removed";
  const bytes = await readSwaggerFile(author, path);
  try {
    return run.documents.parse(bytes, path);
  } catch (thrown) {
    if (!asDataSourceError(thrown).code.startsWith("swagger-")) throw thrown;
    return "not readable";
  }
}
