/** What may go wrong, and what the provider promises then. The names of the tests begin with these numbers. */

export interface FaultRow {
  readonly fault: string;
  readonly expected: string;
  /** Why no test can show it. */
  readonly untested?: string;
}

type Group = readonly [title: string, rows: Readonly<Record<string, FaultRow>>];

const row = (fault: string, expected: string): FaultRow => ({ fault, expected });

const WRITES: Group = [
  "Writes that break off, or whose outcome nobody knows",
  {
    W1: row(
      "no answer in time, though the author has saved",
      "read back: what is as wanted is a success, else the same save again",
    ),
    W2: row("the connection breaks amid the answer to a save", "the same, and never a second page"),
    W3: row(
      "the container's folder is made, then the save is refused",
      "an error; nothing that Pulumi does not know; the next `up` makes it, and destroy works",
    ),
    W4: row("saved, and the publication fails", "the state knows the page; the next `up` publishes only"),
    W5: row("the provider is killed between the save and its answer", "the next `up` finds its own marker and goes on"),
    W6: row("the author can't commit, twice (500)", "sent again after a look, then a success"),
    W7: row(
      "a conflict (409), and a refusal (422)",
      "the first is sent again, the second is not; AEM's reason is quoted",
    ),
    W8: row(
      "an author that wants a pause of two minutes (503)",
      "it waits ten seconds at most, three tries at most, then an error",
    ),
    W9: row(
      "a create finds an equal page",
      "of our own marker: taken over with a warning; of nobody: with `adopt` only, and the secret is sent once",
    ),
    W10: row(
      "a create finds a page that is not as wanted",
      'refused with the differences; `adopt: "overwrite"` writes them',
    ),
    W11: row("a delete of what is gone", "a success without a write"),
    W12: row("a delete that the login has no right to", "an error; the page and the state stay"),
    W13: row("container or name changes", "the new page first, then the old one goes; who uses it is named before"),
    W14: row("an update that has nothing to do with the secret", "no secret in the request"),
    W15: row("a rotation whose new secret the token server refuses", "no write at all"),
    W16: row(
      "a write after which AEM does not hold the secret",
      "a failure that Pulumi knows; the next `up` sends the secret again",
    ),
  },
];

const ANSWERS: Group = [
  "Answers that lie",
  {
    A1: row("a redirect to a login page", "not followed; told as a login that was refused"),
    A2: row("a login page with 200", "no node is read from it, and nothing counts as gone"),
    A3: row("200 with nothing in it, or with JSON of another shape", "no answer of an author; a short excerpt at most"),
    A4: row("401 or 403 in a refresh", "an error; the state stays as it was"),
    A5: row(
      "404 from something in between, or for want of rights",
      "the folder above has to be seen by the same login, else nothing counts as gone",
    ),
    A6: row("200 to a save, with an error in its body", "an error"),
    A7: row("a token answer without a token, in HTML, of another type or of none", "judged, and told with what to do"),
    A8: row("an OAuth error with control characters and no end", "code and words in one short, clean line"),
    A9: row("what server and users add to the page", "no drift"),
    A10: row("values that come back as another type", "no difference where they say the same"),
    A11: row("a mask comes back in the place of the secret", "never kept as the secret, never sent"),
  },
];

const NETWORK: Group = [
  "Network and TLS",
  {
    N1: row(
      "no such host, refused, reset, slow before and amid the answer",
      "each told as what it is, within the deadline",
    ),
    N2: row("the token server can't be reached in a preview", 'a warning; `onUnreachable: "fail"` stops'),
    N3: row("the token server is down in refresh and destroy", "it isn't asked"),
    N4: row(
      "a certificate that is unknown, expired or another host's; a client certificate is wanted",
      "refused, with what to set; there is no way to switch it off",
    ),
    N5: row(
      "a proxy that refuses, or wants a login",
      "told by the proxy's name; its login goes to it alone and stands in no message",
    ),
    N6: row(
      "a token server that refuses, and one that is not there for a moment",
      "the first is asked once, the second three times at most",
    ),
    N7: row("a host of several addresses, the first one dead; a host of IPv6 alone", "works"),
  },
];

const CREDENTIALS: Group = [
  "Credentials on their way out",
  {
    C1: row("the token URL redirects to another host", "refused; nothing is sent there"),
    C2: row("it redirects to plain http on the same host", "refused; nothing is sent there"),
    C3: row("a token URL of plain http", "refused; http to this machine is allowed"),
    C4: row("a login inside the token URL", "refused, and not repeated"),
    C5: row(
      "author, token URL or IMS not among the allowed hosts",
      "refused; nothing is sent; each list only narrows the other",
    ),
    C6: row(
      "an author or token URL at a link-local address or a metadata service",
      "always refused; private addresses are normal",
    ),
    C7: row("a server repeats the secret in an error", "masked in each of its forms"),
    C8: row("a secret of one to three characters", "refused, since its mask would hide other text"),
    C9: row("a server repeats the old secret in a rotation", "masked as well"),
    C10: row("the program hands the secret over as a plain text", "encrypted in the state all the same"),
    C11: row(
      "state, plan, preview as JSON, event log, verbose output, with the secret in stack config",
      "no secret and no token in any of them",
    ),
    C12: row("the whole resource as an output of the stack", "its secret stays one"),
    C13: row(
      "what is derived from the secret (`secretRevision`, `secretWitness`, `secretWrittenAt`)",
      "nothing by which a guess could be tried offline",
    ),
    C14: row("the token that the check gets", "used for nothing, kept nowhere"),
  },
];

const SWAGGER: Group = [
  "The Swagger file",
  {
    S1: row("a reference to a file of this machine", "refused by name; no file is read"),
    S2: row("a reference to another host, in any spelling", "refused by name; nobody is asked"),
    S3: row("references in examples, extensions, discriminators", "refused as well"),
    S4: row("aliases, nesting, keys and lists without end", "refused before anything is put together"),
    S5: row("50 MB, no text, another encoding", "refused; a byte order mark is fine"),
    S6: row("keys named `__proto__` or `constructor`", "refused; no object is changed"),
    S7: row("keys that stand twice; tags, merges and dates of YAML", "refused; a date stays a text"),
    S8: row("definitions that contain themselves", "read, digested and compared"),
    S9: row("OpenAPI 3", "refused, doubted or taken, by the product"),
    S10: row("no host, or one that makes no end point", "an error that asks for `serviceEndPoint`"),
    S11: row("the same API in another order or format", "no change, no upload"),
    S12: row("an operation is gone, a parameter became required", "named as breaking in the preview"),
    S13: row("a packed file", "refused, never unpacked"),
    S14: row("a credential inside the file", "a warning with its place and without a word of it"),
  },
];

const PLACES: Group = [
  "Writing where nobody asked",
  {
    P1: row(
      "extra properties with the names of Sling's commands, of other nodes, of what is ours",
      "refused; nothing is written",
    ),
    P2: row(
      "the same in values, names, containers and file names",
      "refused, or a value like any other; no other node changes",
    ),
    P3: row("what is no longer asked for", "goes from the page"),
    P4: row("the state lives on another origin than the connection names", "refused; no login goes there"),
    P5: row("a page is live on publish and gets a new secret on the author only", "a warning in plain words"),
    P6: row("a page that is live on publish is deleted", "deactivated first; if that fails, nothing is deleted"),
    P7: row("the Swagger file changes between a saved plan and its `up`", "refused by the engine, nothing is written"),
    P8: row("a forced replacement on the same path", "the page lives on with everything in it"),
    P9: row("an `undefined` in an answer to the engine", "can't happen: one door cleans each answer"),
    P10: row("a reformatted Swagger file, then refresh, then preview", "quiet"),
  },
];

const ENGINE: Group = [
  "Engine and state",
  {
    E1: row(
      "values that are not known in the preview",
      "it passes, says what was not checked, and asks nobody with them",
    ),
    E2: row("a Swagger file whose name or text is not known", "the same"),
    E3: row("each field is changed in AEM", "that field alone is shown, and the next `up` puts it back"),
    E4: row("the page is deleted in AEM", "a refresh shows it, the next `up` makes it again"),
    E5: row("the secret is saved again in AEM", "a refresh shows it, the next `up` sends it again"),
    E6: row("a second `up`", "no change, no write"),
    E7: row("a state of an earlier release", "no change; updated and destroyed as any other"),
    E8: row("only the provider's code is another one", "it runs, nothing changes, destroy works"),
    E9: row("a destroy without the program, and without its packages", "works; then says what is missing"),
    E10: row("another stack's marker on the page", "stops create and update; destroy leaves the page"),
    E11: row("two writers at once", "who would write over the other one's change stops and says so"),
    E12: row("somebody changes the page before an update", "what is overwritten is named, all else is left"),
    E13: row(
      "the connection is missing, half or stands in clear",
      "one line each, with the key and the command that sets it",
    ),
    E14: row("names with dots, slashes, blanks, colons, foreign letters", "refused before anything is sent"),
    E15: row(
      "Ctrl-C during a request",
      "the call ends by itself, the state knows what it did, the next `up` does the rest",
    ),
    E16: row("a Swagger file of several MB", "stored byte for byte; the state holds no copy of it"),
    E17: row(
      "a hundred data sources in one program",
      "one token for all of an app; no more writes at once than the engine's `--parallel`",
    ),
  },
];

export const GROUPS: readonly Group[] = [WRITES, ANSWERS, NETWORK, CREDENTIALS, SWAGGER, PLACES, ENGINE];

export const ROWS: ReadonlyMap<string, FaultRow> = new Map(GROUPS.flatMap(([, rows]) => Object.entries(rows)));
