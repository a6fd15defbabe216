import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import { asDataSourceError, DataSourceError, DEFECT, excerpt } from "../errors";
import { Door } from "../http";
import { type Environment, proxyFor } from "../proxy";
import { pauseBefore } from "../repeats";
import type { Secret } from "../values";
import { type DescribedObject, describedObject, versionList } from "./describe";
import { type JudgedAnswer, judgeOrgAnswer } from "./orgAnswer";

/** For tests; the defaults are for everybody else. */
export interface OrgLimits {
  /** Milliseconds for one request, from the name lookup to the last byte. Default 20,000. */
  readonly attemptMs?: number;
  /** Milliseconds after which nothing is asked again. Default 30,000. */
  readonly totalMs?: number;
  /** Before the first repeat a random pause up to this, before the second one up to twice as much. Default 250. */
  readonly pauseMs?: number;
  /** The largest answer that is read. Default 10 MiB: an object may have 800 fields, each with all its picklist. */
  readonly maxBytes?: number;
}

/** An org's REST API, read only: which versions it speaks, and what its objects are. The token goes to `origin` alone. */
export class Org {
  readonly #door: Door;
  readonly #host: string;

  /** `environment` names the proxy, as in HTTPS_PROXY and NO_PROXY. */
  constructor(
    readonly origin: string,
    private readonly token: Secret,
    environment: Environment,
    private readonly limits: OrgLimits = {},
  ) {
    const proxy = proxyFor(origin, environment);
    const { attemptMs: deadlineMs = 20_000, maxBytes = 10 * 1024 * 1024 } = limits;
    this.#door = new Door(origin, { deadlineMs, maxBytes, route: proxy ? { proxy } : {} });
    this.#host = new URL(origin).host;
  }

  /** As in `61.0`: the one wanted, if the org speaks it, or its newest. */
  async version(wanted: string | undefined): Promise<string> {
    const list = await this.read("/services/data/", versionList);
    if (list === undefined) {
      throw this.unexpected("404 for /services/data/", "Check that the token URL is a Salesforce org's.");
    }
    const versions = list.map(({ version }) => version).sort((a, b) => Number(a) - Number(b));
    const [newest = ""] = versions.slice(-1);
    if (wanted === undefined || versions.includes(wanted)) return wanted ?? newest;
    throw new DataSourceError(
      "input-invalid",
      `${this.#host} does not speak v${wanted} of its API`,
      `Give --api-version between v${versions[0]} and v${newest}.`,
    );
  }

  /** Undefined where the org has no such object, or the Run As user may not see it: Salesforce tells both alike. */
  async describe(version: string, object: string): Promise<DescribedObject | undefined> {
    return this.read(`/services/data/v${version}/sobjects/${object}/describe`, describedObject);
  }

  close(): Promise<void> {
    return this.#door.close();
  }

  private async read<T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> {
    const judged = await this.ask(path);
    if (judged === undefined) return undefined;
    const read = shape.safeParse(judged.content);
    if (read.success) return read.data;
    const where = excerpt(read.error.issues[0]?.path.join(".") ?? "", 120);
    throw this.unexpected(`without what Salesforce documents (${path}: ${where})`, DEFECT);
  }

  /** With the repeats of the token check: of what might be another answer soon, and only within its time. */
  private async ask(path: string): Promise<{ readonly content: unknown } | undefined> {
    const { totalMs = 30_000, pauseMs = 250 } = this.limits;
    const begun = performance.now();
    for (let attempts = 1; ; attempts += 1) {
      const judged = await this.askOnce(path);
      if ("absent" in judged) return undefined;
      if ("content" in judged) return judged;
      const wait = pauseBefore(judged, attempts, pauseMs);
      if (wait === undefined || performance.now() - begun + wait >= totalMs) throw counted(judged.error, attempts);
      await pause(wait);
    }
  }

  private async askOnce(path: string): Promise<JudgedAnswer> {
    const headers = { accept: "application/json", authorization: `Bearer ${this.token.reveal()}` };
    try {
      return judgeOrgAnswer(await this.#door.send({ method: "GET", path, headers }), this.#host);
    } catch (thrown) {
      const error = asDataSourceError(thrown);
      if (error.code === "network-unreachable") return { error, retry: "twice" };
      return error.code === "network-timeout" ? { error, retry: "once" } : { error };
    }
  }

  private unexpected(what: string, remedy: string): DataSourceError {
    return new DataSourceError("org-answer-unexpected", `${this.#host} answered ${what}`, remedy);
  }
}

function counted({ code, message, remedy, fields }: DataSourceError, attempts: number): DataSourceError {
  return new DataSourceError(code, attempts === 1 ? message : `${message}, asked ${attempts} times`, remedy, fields);
}
