import type { ContentItem } from "./contentFields";
import type { CryptoSupport } from "./crypto";
import { now } from "./moments";
import { nodeName, parentPath } from "./paths";
import { conflict, NotEmulated } from "./refusal";
import type { JcrNode } from "./repository";
import type { Change, Session } from "./session";
import { type Property, parseTypeHint, parseValue, single, text } from "./values";

/** Does to the tree what the fields ask for: first what is to go, then what is to come. */
export function writeContent(
  session: Session,
  content: readonly ContentItem[],
  types: ReadonlyMap<string, string>,
  crypto?: CryptoSupport,
): void {
  for (const { path } of content.filter(({ remove }) => remove)) session.removeItem(path);
  for (const item of content) write(session, item, types, crypto);
  checkPostfixes(session.changes);
}

function write(session: Session, item: ContentItem, types: ReadonlyMap<string, string>, crypto?: CryptoSupport): void {
  const { path, values, file } = item;
  if (!file && values.length === 0) return;
  const node = session.ensureNode(parentPath(path), types);
  const name = nodeName(path);
  if (name === "jcr:primaryType") return;
  if (name === "*" && file) throw new NotEmulated("an upload that takes the name of its file");
  if (name === "jcr:mixinTypes") throw new NotEmulated("jcr:mixinTypes");
  if (file) session.writeFile(path, file, item.typeHint);
  else if (values.length === 1 && values[0] === "") writeEmpty(session, node, path);
  else writeValues(session, node, item, crypto);
}

/** A single empty value removes the property, except where the server has a value of its own to give. */
function writeEmpty(session: Session, node: JcrNode, path: string): void {
  const name = nodeName(path);
  if (name === "jcr:lastModified") session.setProperty(path, single("Date", now()));
  else if (name === "jcr:lastModifiedBy") session.setProperty(path, text(session.user));
  else if (name !== "jcr:created" && name !== "jcr:createdBy" && node.properties.has(name)) session.clearProperty(path);
}

/** The hint decides the type, else the property that is there; what was a list stays one. */
function writeValues(session: Session, node: JcrNode, item: ContentItem, crypto?: CryptoSupport): void {
  const hint = parseTypeHint(item.typeHint);
  const listed = hint.multiple || item.values.length > 1;
  let existing = node.properties.get(nodeName(item.path));
  if (existing && !existing.multiple && listed) {
    session.clearProperty(item.path); // JCR can't turn a single value into a list in place
    existing = undefined;
  }
  const type = hint.type ?? existing?.type ?? "String";
  const values = item.values.map((value) => parseValue(item.encrypt && crypto ? crypto.protect(value) : value, type));
  const property: Property = { type, multiple: listed || existing?.multiple === true, values };
  session.setProperty(item.path, property);
}

/**
 * Sling's own check, after all post processors: a leftover `name@Suffix` beside `name` means that nobody understood the
 * suffix. An empty `name@Suffix` leaves nothing over and passes.
 */
function checkPostfixes(changes: readonly Change[]): void {
  const paths = new Set(changes.map(({ argument }) => argument));
  const leftover = [...paths].find((path) => path.includes("@") && paths.has(path.slice(0, path.indexOf("@"))));
  if (leftover === undefined) return;
  throw conflict(`Postfix-containing path ${leftover} contained in the modification list. Check configuration.`);
}
