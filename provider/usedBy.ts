import type { Author } from "./aem/author";
import { type FormDataModels, readFormDataModels } from "./aem/formDataModels";
import { parsePath } from "./aem/paths";
import { asDataSourceError, DataSourceError, excerpt } from "./errors";
import type { State, Wanted } from "./inputs";
import type { Plan } from "./plan";
import type { Run } from "./run";
import { mayBreak } from "./swagger/compareApis";

/** Which form data models will feel what comes next. For the person at the terminal: nothing here ever stops a run. */

const MOST_NAMED = 5;

export async function warnUsersOfDelete(run: Run, author: Author, path: string): Promise<void> {
  await warnUsers(run, author, path, "it is deleted now");
}

/** Only where forms can notice it: most new Swagger files add something, and nobody has to be asked about them. */
export async function warnUsersOfSwagger(
  run: Run,
  author: Author,
  { path, api }: Wanted,
  { swagger }: Plan,
  before: State["api"],
): Promise<void> {
  if (swagger === undefined || before === undefined || !mayBreak(before, api)) return;
  await warnUsers(run, author, path, "its new Swagger file may break them");
}

async function warnUsers(run: Run, author: Author, path: string, consequence: string): Promise<void> {
  const place = parsePath(path);
  if (place === undefined) return;
  const seen = await modelsOf(run, author);
  if (seen instanceof DataSourceError) {
    const { message } = seen;
    await run.said.do(message, () => run.voice.note(`${path}: not checked which form data models use it: ${message}`));
    return;
  }
  const models = seen.boundTo(place.container, place.name);
  if (models.length === 0) return;
  const named = models.slice(0, MOST_NAMED).map((model) => excerpt(model));
  const more = models.length > MOST_NAMED ? ` and ${models.length - MOST_NAMED} more` : "";
  const count = models.length === 1 ? "1 form data model" : `${models.length} form data models`;
  await run.voice.warn(`${path} is used by ${count}, and ${consequence}: ${named.join(", ")}${more}`);
}

/** Looked up once a phase, however many data sources go. A failure counts for all of them too: nobody is asked again. */
function modelsOf(run: Run, author: Author): Promise<FormDataModels | DataSourceError> {
  const known = run.formDataModels.get(author);
  if (known) return known;
  const models = readFormDataModels(author).catch(asDataSourceError);
  run.formDataModels.set(author, models);
  return models;
}
