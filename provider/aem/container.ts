import { randomBytes } from "node:crypto";
import { DataSourceError } from "../errors";
import { Secret } from "../values";
import type { Author } from "./author";
import { liveSecret, secretFields } from "./dataSource";
import { cloudConfigurationsPath, containerPath, folderPath } from "./paths";
import { SECRET_PROPERTY } from "./productTable";

/** What must be true of a container before anything is written into it. */

/**
 * Throws unless the login is accepted and the container takes data sources. The folder of the data sources is made when
 * only it is missing, as the wizard does with the first one; it stays after a destroy.
 */
export async function prepareContainer(author: Author, container: string): Promise<void> {
  await author.logIn();
  if ((await author.node(folderPath(container))) !== "absent") return;
  if ((await author.node(cloudConfigurationsPath(container))) !== "absent") {
    await author.post(folderPath(container), [
      { name: "./jcr:primaryType", value: "sling:Folder" },
      { name: "./mergeList", value: "true" },
      { name: "./mergeList@TypeHint", value: "Boolean" },
    ]);
    return;
  }
  await refuseFilter(author, folderPath(container));
  const { origin, login } = author.connection;
  if ((await author.node(containerPath(container))) !== "absent") {
    throw new DataSourceError(
      "container-missing",
      `${containerPath(container)} on ${origin} takes no cloud configurations, or ${login.username} may not read them`,
      "Switch on Cloud Configurations for it in AEM: Tools, General, Configuration Browser, Properties.",
    );
  }
  throw new DataSourceError(
    "container-missing",
    `${containerPath(container)} does not exist on ${origin}, or ${login.username} may not read it`,
    "Check `container`, or make it in AEM: Tools, General, Configuration Browser.",
  );
}

/**
 * A page that answers 404 is gone only if the same login can read the folder it was in; a login without rights gets 404
 * as well. Throws `data-source-unreadable` when that can't be told apart.
 */
export async function confirmAbsent(author: Author, path: string, container: string): Promise<void> {
  await author.logIn();
  const folder = folderPath(container);
  if ((await author.node(folder)) !== "absent") return;
  await refuseFilter(author, folder);
  const { origin, login } = author.connection;
  throw new DataSourceError(
    "data-source-unreadable",
    `${path} on ${origin} can't be read by ${login.username}, nor can ${folder}: it may be there or not`,
    `Give ${login.username} the right to read below ${containerPath(container)}. If that folder was deleted, run: pulumi state delete <urn>`,
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

/**
 * Proves that the author encrypts what is sent with `@Encrypted`, with a dummy instead of the real secret: on a server
 * where nothing reacts, a real one would lie in the repository in clear.
 *
 * The dummy goes into a folder of its own beside the data sources, which is no data source itself (no `cq:Page`, no
 * resource type), and is removed at once. A crash in between leaves that folder with the dummy: nothing of worth.
 */
export async function proveEncryption(author: Author, container: string): Promise<void> {
  const probe = `${folderPath(container)}/aem-datasource-probe-${randomBytes(6).toString("hex")}`;
  await author.post(`${probe}/jcr:content`, [
    { name: "../jcr:primaryType", value: "sling:Folder" },
    { name: "./jcr:primaryType", value: "nt:unstructured" },
    ...secretFields(new Secret(`dummy-${randomBytes(12).toString("hex")}`)),
  ]);
  const content = await author
    .node(`${probe}/jcr:content`)
    .finally(() => author.post(probe, [{ name: ":operation", value: "delete" }]));
  const secret = content === "absent" ? "absent" : liveSecret(content[SECRET_PROPERTY]);
  if (typeof secret === "object") return;
  throw new DataSourceError(
    "secret-not-encrypted",
    `${author.connection.origin} does not encrypt: a dummy secret came back ${secret}; the real one was not sent`,
    "Look for AEM's encryption post processor (com.adobe.granite.crypto) on that author.",
  );
}
