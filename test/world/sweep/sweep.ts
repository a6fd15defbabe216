import { KINDS } from "./kinds";
import { Lane } from "./lane";
import { oneRun, type Point, type RunReport, requestsOf, SERVERS } from "./oneRun";
import { SCENARIOS } from "./scenarios";

export interface SweepOptions {
  /** Takes each `every`-th run only, spread over commands, requests and kinds of fault. Default: all of them. */
  readonly every?: number;
  /** Runs that take place side by side. Default 3. */
  readonly lanes?: number;
  /** Called after each run. */
  readonly onRun?: (report: RunReport, done: number, of: number) => void;
}

export interface SweepReport {
  readonly runs: number;
  readonly kinds: number;
  readonly requests: number;
  readonly broken: readonly RunReport[];
  readonly litter: number;
}

/** Each command, with each kind of fault at each request that it makes when nothing is wrong. */
export async function sweep({ every = 1, lanes = 3, onRun = () => undefined }: SweepOptions): Promise<SweepReport> {
  const open: Lane[] = [];
  try {
    const [first, secure] = await Promise.all([openLane(open), openLane(open, { https: true })]);
    const points = await pointsOf(first);
    const all = points.flatMap((point) => KINDS.map((kind) => ({ point, kind })));
    const wanted = all.filter((_, index) => index % every === 0);
    const reports: RunReport[] = [];
    const work = async (opening: Lane | Promise<Lane>, queue: typeof wanted) => {
      const lane = await opening;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const report = await oneRun(lane, next.point, next.kind);
        reports.push(report);
        onRun(report, reports.length, wanted.length);
      }
    };
    const [secureOnes, queue] = [true, false].map((https) =>
      wanted.filter(({ kind }) => Boolean(kind.https) === https),
    );
    const others = Array.from({ length: lanes - 1 }, () => work(openLane(open), queue ?? []));
    // A lane that fails by itself ends the sweep, but not before the others have come to the end of their runs.
    const ends = await Promise.allSettled([work(secure, secureOnes ?? []), work(first, queue ?? []), ...others]);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return {
      runs: reports.length,
      kinds: new Set(wanted.map(({ kind }) => kind)).size,
      requests: points.length,
      broken: reports.filter(({ broken }) => broken.length > 0),
      litter: reports.reduce((sum, { litter }) => sum + litter, 0),
    };
  } finally {
    await Promise.all(open.map((lane) => lane.stop()));
  }
}

async function openLane(open: Lane[], options = {}): Promise<Lane> {
  const lane = await Lane.start(options);
  open.push(lane);
  return lane;
}

async function pointsOf(lane: Lane): Promise<Point[]> {
  const points: Point[] = [];
  for (const scenario of SCENARIOS) {
    const requests = await requestsOf(lane, scenario);
    for (const server of SERVERS) {
      points.push(...requests[server].map((request, index) => ({ scenario, server, n: index + 1, request })));
    }
  }
  return points;
}
