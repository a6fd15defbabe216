import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { type RecordedField, readForm } from "./form";
import { unmangle } from "./paths";

/** One request, read to its end. */
export interface Incoming {
  method: string;
  /** As it was sent, with the query. */
  url: string;
  /** Decoded, without the query; names like _jcr_content as JCR has them. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Those of the query and those of the body. */
  fields: RecordedField[];
  /** Whether the method is one that writes. */
  writes: boolean;
}

export async function readRequest(request: IncomingMessage): Promise<Incoming> {
  const { method = "GET", url = "/", headers } = request;
  const [pathname = "/", ...search] = url.split("?");
  const query = [...new URLSearchParams(search.join("?"))].map(([name, value]) => ({ name, value }));
  const form = await readForm(await buffer(request), headers["content-type"]);
  const writes = !["GET", "HEAD", "OPTIONS"].includes(method);
  return { method, url, path: decodePath(pathname), headers, fields: [...query, ...form], writes };
}

/** A path that can't be decoded is answered like one with a NUL in it: 400. */
function decodePath(pathname: string): string {
  try {
    return unmangle(posix.normalize(decodeURIComponent(pathname)));
  } catch {
    return "\0";
  }
}
