/** Tells on standard error what is being done: one line that is written over on a terminal, many lines elsewhere. */
export type Tell = (what: string) => void;

export function startProgress(stream: NodeJS.WriteStream): { tell: Tell; end(): void } {
  const begun = performance.now();
  const seconds = () => `${Math.round((performance.now() - begun) / 1000)} s`.padStart(7);
  return {
    tell: (what) => stream.write(stream.isTTY ? `\r${`${seconds()}  ${what}`.padEnd(100)}` : `${seconds()}  ${what}\n`),
    end: () => {
      if (stream.isTTY) stream.write(`\r${"".padEnd(100)}\r`);
    },
  };
}
