import type { DataSourceError } from "../errors";

/**
 * What the token check found. `refused` needs evidence that the configuration is wrong, or that AEM could not use the
 * answer; without evidence either way it is `not judged`. The token itself is in none of them.
 */
export type Verdict =
  | {
      readonly kind: "issued";
      /** Name of the row of the decision table. */
      readonly row: string;
      /** The scope that was granted, as the server says it. */
      readonly scope?: string;
      /** What is worth a warning although a token was issued. */
      readonly doubts: readonly DataSourceError[];
    }
  | { readonly kind: "refused"; readonly row: string; readonly error: DataSourceError }
  | {
      readonly kind: "not judged";
      readonly row: string;
      /**
       * No answer of the token server at all: some want that to stop a run. Else the server was there and could not or
       * would not judge today, which never stops one.
       */
      readonly unreachable: boolean;
      readonly error: DataSourceError;
    };
