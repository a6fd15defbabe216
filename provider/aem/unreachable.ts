import type { Connection } from "../connection";
import { DataSourceError } from "../errors";
import { tlsTrouble } from "../networkErrors";

/** What to do about an author that gave no answer: a failure of the network, with the remedy that its user can set. */
export function unreachable(
  { code, message, remedy, fields }: DataSourceError,
  connection: Connection,
): DataSourceError {
  const what = `the author can't be asked: ${message}`;
  return new DataSourceError(code, what, remedy ?? remedyOf(code, fields.cause, connection), fields);
}

function remedyOf(code: DataSourceError["code"], cause: string | undefined, connection: Connection): string {
  const { called } = connection;
  const clientCertificate = `${called("clientCertFile")} and ${called("clientKeyFile")}`;
  const check = `Check the author's address (${called("author")}) and that it runs.`;
  if (code === "network-tls") {
    const trouble = tlsTrouble(cause);
    if (trouble === "server not trusted") {
      return `Name the CA that signed it: ${called("caFile")}. A proxy that opens TLS shows a certificate of its own CA.`;
    }
    if (trouble === "client certificate") {
      return connection.route.certificate === undefined
        ? `Give it one: ${clientCertificate}.`
        : `Ask its administrator which certificates it accepts, and check ${clientCertificate}.`;
    }
    return `Check the author's address (${called("author")}); the rest has to be put right on that server.`;
  }
  if (code === "network-timeout") return `${check} A slow one gets more time by ${called("timeoutSeconds")}.`;
  const closed = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(cause ?? "");
  return closed && connection.origin.startsWith("https:")
    ? `${check} A server that wants another client certificate may answer like this: ${clientCertificate}.`
    : check;
}
