import { loginName } from "../connection";
import { DataSourceError } from "../errors";
import type { Author } from "./author";
import { cloudConfigurationsPath, containerPath, folderPath } from "./paths";

/** What must be true of a container before anything is written into it. */

/**
 * Throws unless the login is accepted and the container takes data sources. The folder of the data sources is made when
 * only it is missing, as the wizard does with the first one; it stays after a destroy.
 */
export async function prepareContainer(author: Author, container: string): Promise<void> {
  await author.logIn();
  const found = await findFolder(author, container);
  if (found !== folderPath(container)) await makeFolder(author, folderPath(container));
}

/**
 * The folder of the data sources, or the one above it where only that is missing. Throws `container-missing` unless the
 * container takes data sources. Writes nothing.
 */
export async function findFolder(author: Author, container: string): Promise<string> {
  for (const folder of [folderPath(container), cloudConfigurationsPath(container)]) {
    if ((await author.node(folder)) !== "absent") return folder;
  }
  await refuseFilter(author, folderPath(container));
  const { origin } = author.connection;
  const who = loginName(author.connection.login);
  if ((await author.node(containerPath(container))) !== "absent") {
    throw new DataSourceError(
      "container-missing",
      `${containerPath(container)} on ${origin} takes no cloud configurations, or ${who} may not read them`,
      "Switch on Cloud Configurations for it in AEM: Tools, General, Configuration Browser, Properties.",
    );
  }
  throw new DataSourceError(
    "container-missing",
    `${containerPath(container)} does not exist on ${origin}, or ${who} may not read it`,
    "Check `container`, or make it in AEM: Tools, General, Configuration Browser.",
  );
}

/** As the wizard's own (aem.md §1.1). Two runs may both make it: then the slower one finds it made. */
async function makeFolder(author: Author, folder: string): Promise<void> {
  try {
    await author.post(folder, [
      { name: "./jcr:primaryType", value: "sling:Folder" },
      { name: "./mergeList", value: "true" },
      { name: "./mergeList@TypeHint", value: "Boolean" },
    ]);
  } catch (thrown) {
    if ((await author.node(folder)) === "absent") throw thrown;
  }
}

/**
 * A page that answers 404 is gone only if the same login can read the folder it was in; a login without rights gets 404
 * as well, and so does whoever asks an author that is starting. Throws `data-source-unreadable` when that can't be told
 * apart.
 */
export async function confirmAbsent(author: Author, path: string, container: string): Promise<void> {
  await author.logIn();
  const folder = folderPath(container);
  const { origin } = author.connection;
  if ((await author.node(folder)) !== "absent") {
    // Once more: whoever calls a page gone that is there leaves it behind, with nobody who knows of it.
    if ((await author.node(path)) === "absent") return;
    throw new DataSourceError(
      "data-source-unreadable",
      `${path} on ${origin} was not found, and a moment later it was there`,
      "The author may be starting: run the command again.",
    );
  }
  await refuseFilter(author, folder);
  const who = loginName(author.connection.login);
  throw new DataSourceError(
    "data-source-unreadable",
    `${path} on ${origin} can't be read by ${who}, nor can ${folder}: it may be there or not`,
    `Give ${who} the right to read below ${containerPath(container)}. If that folder was deleted, run: pulumi state delete <urn>`,
  );
}

/** A dispatcher lets no numeric JSON selectors through, and without them a page can't be told from a gap. */
async function refuseFilter(author: Author, path: string): Promise<void> {
  if (!(await author.answersWithoutSelector(path))) return;
  throw new DataSourceError(
    "author-not-aem",
    `${author.connection.origin} answers ${path}.json, but not ${path}.0.json: something in between filters JSON selectors`,
    "Give the author itself, not a dispatcher.",
  );
}
