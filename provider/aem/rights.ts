import { loginName } from "../connection";
import { asDataSourceError, DataSourceError } from "../errors";
import type { Author } from "./author";
import { cloudConfigurationsPath, containerPath, folderPath } from "./paths";

/** What a login may do, as far as it can be known from outside: an author tells nobody, it only refuses. */

/** On the container's cloud configurations; measured on Apache Sling by leaving each one out. */
const NEEDED =
  "jcr:addChildNodes, jcr:nodeTypeManagement, jcr:modifyProperties, jcr:removeNode and jcr:removeChildNodes";

/** No node has it: to remove it changes nothing. */
const NOWHERE = "aem-datasource-nothing";

/**
 * Throws `author-no-rights` when this login may not change the folder of the data sources. It asks to remove a property that
 * is not there: nothing is written, and Apache Sling refuses it to those who may not. An author that lets everybody ask
 * so proves nothing: only a real write does.
 */
export async function tryRights(author: Author, container: string): Promise<void> {
  try {
    await author.post(folderPath(container), [{ name: `./${NOWHERE}@Delete`, value: "true" }]);
  } catch (thrown) {
    throw asMissingRights(author, asDataSourceError(thrown), container);
  }
}

/** A refused write where nobody else can be in the way, and no value can be wrong: only the rights are left. */
export function asMissingRights(author: Author, error: DataSourceError, container: string): DataSourceError {
  if (error.code !== "author-refused-write") return error;
  const { origin, login } = author.connection;
  const who = loginName(login);
  const place = cloudConfigurationsPath(container);
  return new DataSourceError(
    "author-no-rights",
    `${who} may not write below ${place} on ${origin} (${error.fields.status})`,
    `Give ${who} ${NEEDED} on ${place}.`,
    error.fields,
  );
}

/** `container-missing` of a login that sees nothing at all is a matter of rights. Each AEM has /conf/global. */
export async function asMissingReadRight(
  author: Author,
  error: DataSourceError,
  container: string,
): Promise<DataSourceError> {
  if (error.code !== "container-missing") return error;
  for (const path of ["/conf", "/conf/global", containerPath(container)]) {
    if ((await author.node(path)) !== "absent") return error;
  }
  const { origin, login } = author.connection;
  const who = loginName(login);
  return new DataSourceError(
    "author-no-rights",
    `${who} may read nothing below /conf on ${origin}, not even /conf/global`,
    `Give ${who} jcr:read on ${containerPath(container)}, and ${NEEDED} on ${cloudConfigurationsPath(container)}.`,
  );
}
