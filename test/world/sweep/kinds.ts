import type { Fault } from "../faultProxy";
import * as faults from "../faults";
import type { Lane } from "./lane";

/** Something that goes wrong at one request. */
export interface Kind {
  readonly fault: (lane: Lane) => Fault;
  /** The provider's process dies of it. */
  readonly kills?: true;
  readonly https?: true;
}

const HTML = { headers: { "content-type": "text/html" }, body: Buffer.from("<html>Please log in</html>") };

const constant = (fault: Fault): Kind => ({ fault: () => fault });

/** Each of them, at each request of each command. */
export const KINDS: readonly Kind[] = [
  ...[
    faults.refused,
    faults.droppedBefore,
    faults.droppedAfter,
    faults.silentBefore,
    faults.silentAfter,
    faults.delayed,
    faults.dripped,
    faults.truncated,
    faults.duplicated,
    ...[401, 403, 404, 409, 500].map((status) => faults.answeredInstead(`${status} instead of an answer`, status)),
    faults.answeredInstead("503 instead of an answer", 503, { "retry-after": "1" }),
    ...[403, 409, 500, 503].map((status) =>
      faults.rewritten(`${status} though the server acted`, () => ({ ...HTML, status })),
    ),
    faults.rewritten("a login page though the server acted", () => ({ ...HTML, status: 200 })),
    faults.rewritten("another media type", ({ headers }) => ({
      headers: { ...headers, "content-type": "text/plain" },
    })),
    faults.rewritten("an empty answer", () => ({ body: Buffer.alloc(0) })),
    faults.rewritten("JSON of another shape", () => ({ body: Buffer.from('{"a":1}') })),
  ].map(constant),
  ...[302, 307].map((status): Kind => ({ fault: ({ elsewhere }) => faults.redirected(status, elsewhere.origin) })),
  { fault: ({ otherCertificate }) => faults.otherCertificate(otherCertificate), https: true },
  {
    fault: (lane) =>
      renamed(
        "killed before the server acted",
        faults.heldBefore(() => lane.kill()),
      ),
    kills: true,
  },
  {
    fault: (lane) =>
      renamed(
        "killed after the server acted",
        faults.heldAfter(() => lane.kill()),
      ),
    kills: true,
  },
];

function renamed(name: string, fault: Fault): Fault {
  return { ...fault, name };
}
