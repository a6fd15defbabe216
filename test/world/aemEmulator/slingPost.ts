import { type Answer, prefersJson } from "./answer";
import { readContent, readTypes } from "./contentFields";
import { writeContent } from "./contentWriter";
import type { CryptoSupport } from "./crypto";
import { decodeAsSling, firstValue, type RecordedField } from "./form";
import type { Login } from "./logins";
import { findResource, resolveFrom } from "./paths";
import { NotEmulated, Refusal } from "./refusal";
import type { Repository } from "./repository";
import { type Change, Session } from "./session";
import { type PostStatus, statusDocument } from "./statusDocument";

export interface PostRequest {
  path: string;
  fields: readonly RecordedField[];
  login: Login;
  accept?: string;
  referer?: string;
}

export interface PostServlet {
  repository: Repository;
  /** Absent: nothing reacts to `@Encrypted`. */
  crypto?: CryptoSupport;
  statusMode: "modern" | "legacy";
}

const NOT_EMULATED = ["import", "move", "copy", "checkin", "checkout", "restore", "nop"];

const NOT_EMULATED_COMMANDS = [":redirect", ":errorpage", ":status", ":name", ":nameHint", ":order"];

/** The default Sling POST servlet: one POST, one save, all of it or nothing. */
export function slingPost(servlet: PostServlet, request: PostRequest): Answer {
  const accept = firstValue(request.fields, ":http-equiv-accept") ?? request.accept;
  const result = run(servlet, { ...request, fields: decodeAsSling(request.fields) });
  return statusDocument(result, prefersJson(accept), request.referer ?? "");
}

function run(servlet: PostServlet, request: PostRequest): PostStatus {
  const operation = firstValue(request.fields, ":operation") ?? "";
  if (NOT_EMULATED.includes(operation)) throw new NotEmulated(`:operation=${operation}`);
  const command = request.fields.find(({ name }) => NOT_EMULATED_COMMANDS.includes(name));
  if (command) throw new NotEmulated(command.name);
  if (operation === "delete") return runDelete(servlet, request);
  if (operation === "" || operation === "modify") return runModify(servlet, request);
  return { status: 500, message: "Invalid operation specified for POST request", changes: [] };
}

/** The path that a POST means: an existing resource, whatever extension the URL adds, else the path itself. */
function targetOf({ repository }: PostServlet, { path, login }: PostRequest): { path: string; rest: string } {
  const session = new Session(repository.root, login);
  const resource = findResource(path, (candidate) => session.exists(candidate));
  if (resource?.rest.includes("/")) throw new NotEmulated("a POST to an address with a suffix");
  return resource ?? { path, rest: path.slice(0, path.indexOf(".") + 1) };
}

function runModify(servlet: PostServlet, request: PostRequest): PostStatus {
  const { path } = targetOf(servlet, request);
  if (path.endsWith("/") || path.endsWith("/*")) throw new NotEmulated("a POST that leaves the name to the server");
  return save(servlet, request.login, path, (session, outcome) => {
    const content = readContent(request.fields, path, servlet.crypto !== undefined);
    const types = readTypes(content);
    const creates = !session.exists(path);
    session.ensureNode(path, types);
    outcome.isCreate = creates; // from here on an error says so as well
    writeContent(session, content, types, servlet.crypto);
  });
}

function runDelete(servlet: PostServlet, request: PostRequest): PostStatus {
  const { path, rest } = targetOf(servlet, request);
  if (rest !== "") {
    const message = "DeleteOperation request cannot include any selectors, extension or suffix";
    return { status: 403, message, path, changes: [] };
  }
  const listed = request.fields.filter(({ name }) => name === ":applyTo");
  return save(servlet, request.login, path, (session) => {
    if (listed.length === 0) session.delete(path);
    for (const { value = "" } of listed) {
      if (value.endsWith("*")) throw new NotEmulated(`:applyTo=${value}`);
      const target = resolveFrom(path, value);
      if (target !== undefined && session.node(target)) session.delete(target);
    }
  });
}

/** What an answer tells about a save, even one that failed halfway. */
interface Outcome {
  path: string;
  isCreate: boolean;
  changes: readonly Change[];
}

function save(
  { repository, statusMode }: PostServlet,
  login: Login,
  path: string,
  work: (session: Session, outcome: Outcome) => void,
): PostStatus {
  const outcome: Outcome = { path, isCreate: false, changes: [] };
  try {
    repository.save((root) => {
      const session = new Session(root, login);
      outcome.changes = session.changes;
      work(session, outcome);
      session.checkSave();
    });
  } catch (error) {
    if (error instanceof Refusal) return refused(error, statusMode, outcome);
    throw error;
  }
  if (outcome.isCreate) return { ...outcome, status: 201, message: "Created", title: `Content created ${path}` };
  return { ...outcome, status: 200, message: "OK", title: `Content modified ${path}` };
}

function refused(refusal: Refusal, statusMode: PostServlet["statusMode"], outcome: Outcome): PostStatus {
  const { status, javaClass, message, atSave } = refusal;
  if (status === 500 || statusMode === "legacy") {
    const error = { class: javaClass, message };
    const title = `Error while processing ${outcome.path}`;
    return { ...outcome, status: 500, message: `${javaClass}: ${message}`, title, error, changes: [] };
  }
  const reason = status === 409 ? "repository state conflicting with request" : "invalid payload";
  return { ...outcome, status, message: reason, changes: atSave ? outcome.changes : [] };
}
