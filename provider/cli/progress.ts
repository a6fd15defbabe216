/** Nothing that is done sooner needs a word. */
const EVERY_MS = 500;

/** Tells how far `act` is, as in `3 of 40 objects`. */
export type Tell = (text: string) => void;

/**
 * Shows on standard error what `act` tells, and for how long it has been at it: only where that is a terminal, never for
 * a script, and nothing stays of it. By blanks and a carriage return alone, which no terminal takes for anything else.
 */
export async function withProgress<T>(
  { json }: { readonly json?: true },
  act: (tell: Tell) => Promise<T>,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  if (json || !stream.isTTY || process.env.TERM === "dumb") return act(() => undefined);
  const begun = performance.now();
  let told = "";
  let shown = "";
  const show = (line: string) => {
    stream.write(`\r${line.padEnd(shown.length)}`);
    shown = line;
  };
  const timer = setInterval(() => {
    if (told !== "") show(`${told}, ${Math.round((performance.now() - begun) / 1_000)} s`);
  }, EVERY_MS);
  try {
    return await act((text) => {
      told = text;
    });
  } finally {
    clearInterval(timer);
    if (shown !== "") stream.write(`\r${" ".repeat(shown.length)}\r`);
  }
}
