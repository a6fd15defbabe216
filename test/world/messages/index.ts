import { errorOf } from "../../../provider/oauth/row";
import { TABLE } from "../../../provider/oauth/table";
import { parsed } from "./text";
import { readTold, type Told } from "./told";

export { codeOf, pageOf, remediesOf } from "./page";
export { alternatives, firstLine, pattern, rendered } from "./text";
export type { Told } from "./told";

/** Every text that a user can meet. */
export function everyText(): Told[] {
  return [...readTold(), ...tokenCheckTexts()];
}

/** The rows of the token check's table are texts with holes already. */
function tokenCheckTexts(): Told[] {
  const names = new Proxy<Record<string, string>>({}, { get: (_, name) => `{${String(name)}}` });
  return TABLE.flatMap(({ rows }) => rows).map((row) => {
    const { code, message, remedy = "" } = errorOf(row, names);
    return { kind: "error", code, message: parsed(message), remedy: parsed(remedy) };
  });
}
