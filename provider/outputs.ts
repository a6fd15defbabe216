import type { LiveDataSource } from "./aem/dataSource";
import type { Encryption } from "./aem/encryption";
import { formatMarker, type Marker } from "./aem/marker";
import { IN_AEM } from "./changes";
import type { DataSourceError } from "./errors";
import type { State, Wanted } from "./inputs";
import type { Plan } from "./plan";
import { PACKAGE_VERSION } from "./version";

/** What the state remembers of a write: after one that was proven, after one that was not, and after none. */

type Raw = Readonly<Record<string, unknown>>;

export interface Saving {
  readonly marker: Marker;
  /** What stood at the path before. */
  readonly before: LiveDataSource | "absent";
  /** The outputs before this update; none for a create. */
  readonly state?: State;
  /** How the author encrypts; undefined where no secret is sent. */
  readonly encryption?: Encryption;
  /** What the token check of this phase said, for the state. */
  readonly verdict: string;
}

/** The shape of the outputs. Raised when a later release writes them otherwise, and never forgotten by `parseState`. */
const STATE_VERSION = 1;

/** The page stands, but not all that was wanted was achieved. The engine keeps `properties` and tries again next time. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly properties: Raw,
    readonly reasons: readonly DataSourceError[],
  ) {
    super(reasons.map((reason) => reason.text()).join("\n"));
    this.stack = "";
  }
}

/** What a write adds to the inputs. */
const OUTPUTS_ONLY: readonly string[] = [
  "managedBy",
  "sha256",
  "secretWrittenAt",
  "secretWitness",
  "tokenVerdict",
  "published",
  "stateVersion",
  "packageVersion",
];

export function outputsOf(wanted: Wanted, { write, swagger }: Plan, { marker, state, verdict }: Saving): Raw {
  return {
    ...wanted,
    managedBy: formatMarker(marker),
    sha256: swagger?.document.sha256 ?? state?.sha256,
    secretWrittenAt: write.secret ? new Date().toISOString() : state?.secretWrittenAt,
    secretWitness: write.secret ? undefined : state?.secretWitness,
    tokenVerdict: verdict,
    published: state?.published,
    stateVersion: STATE_VERSION,
    packageVersion: PACKAGE_VERSION,
  };
}

/** The outputs after a change that concerns this client only: nothing was asked or written. */
export function sameOutputs(wanted: Wanted, outputs: Raw): Raw {
  const written = Object.entries(outputs).filter(([key]) => OUTPUTS_ONLY.includes(key));
  return { ...wanted, ...Object.fromEntries(written) };
}

/** Makes the next diff find something to do, even after a refresh has cleared the engine's note of the failure. */
export function notProven(value: number | string): string {
  return `${value}, not proven${IN_AEM}`;
}

export function unproven(wanted: Wanted, outputs: Raw, reason: DataSourceError): PartialFailure {
  const secretRevision = notProven(wanted.secretRevision);
  const api = { ...wanted.api, digest: notProven(wanted.api.digest) };
  return new PartialFailure(wanted.path, { ...outputs, secretRevision, api, ...unpublished(wanted) }, [reason]);
}

/** Stands for `publish` in the state until it was done, so that the next update publishes, whatever else it does. */
export const NOT_PUBLISHED = `not published${IN_AEM}`;

export function unpublished({ publish }: Wanted): Raw {
  return publish ? { publish: NOT_PUBLISHED } : {};
}
