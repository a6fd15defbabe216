import type { Asked } from "../../../provider/oauth/askForToken";

/** What came of a case, as a program in another process can say it too. */
export interface Judgement {
  readonly kind: string;
  readonly row: string;
  readonly unreachable: boolean;
  /** What a user reads, one text a problem or doubt. */
  readonly texts: readonly string[];
  readonly codes: readonly string[];
  readonly attempts: number;
}

export function judgement({ verdict, attempts }: Asked): Judgement {
  const problems = verdict.kind === "issued" ? verdict.doubts : [verdict.error];
  return {
    kind: verdict.kind,
    row: verdict.row,
    unreachable: verdict.kind === "not judged" && verdict.unreachable,
    texts: problems.map((problem) => problem.text()),
    codes: problems.map(({ code }) => code),
    attempts,
  };
}
