import { WriteStream } from "node:tty";

/** What a program thinks that it writes to. */

/** Something that says it is a terminal, or not. */
export function terminal(isTTY: boolean): NodeJS.WriteStream {
  return Object.assign(Object.create(WriteStream.prototype), { isTTY });
}

/** What Node itself looks at; a pipeline (CI) has no colours by its rules, and TERM may say that there are none. */
const WORDS = ["NO_COLOR", "NODE_DISABLE_COLORS", "FORCE_COLOR", "CI", "TERM"];

/** For the cases of the suite around it, whoever or whatever runs the tests has said nothing about colours. */
export function withNoWordAboutColours(): void {
  const usual = new Map(WORDS.map((name) => [name, process.env[name]]));
  beforeEach(() => {
    for (const name of WORDS) delete process.env[name];
    process.env.TERM = "xterm-256color";
  });
  afterEach(() => {
    for (const [name, value] of usual) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}
