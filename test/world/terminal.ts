import { WriteStream } from "node:tty";

/** What a program thinks that it writes to. */

/** Something that says it is a terminal, or not. */
export function terminal(isTTY: boolean): NodeJS.WriteStream {
  return Object.assign(Object.create(WriteStream.prototype), { isTTY });
}

const WORDS = ["NO_COLOR", "FORCE_COLOR"];

/** For the cases of the suite around it, whoever runs the tests has said nothing about colours. */
export function withNoWordAboutColours(): void {
  const usual = new Map(WORDS.map((name) => [name, process.env[name]]));
  beforeEach(() => {
    for (const name of WORDS) delete process.env[name];
  });
  afterEach(() => {
    for (const [name, value] of usual) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}
