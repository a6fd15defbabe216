import type { AemEmulator } from "../aemEmulator";
import { isEnvelope, type Wire } from "../dynamicHost";
import type { Fault, FaultProxy } from "../faultProxy";
import { count } from "../tally";
import { type Ended, type EngineModel, sameProperties } from "./engineModel";
import type { Kind } from "./kinds";
import { FOLDER, type Lane } from "./lane";
import type { Scenario, Secrets, Version } from "./scenarios";

export const SERVERS = ["author", "token server"] as const;
export type Server = (typeof SERVERS)[number];

/** Where one thing goes wrong. */
export interface Point {
  readonly scenario: Scenario;
  readonly server: Server;
  /** The n-th request of the command to this server, counted from 1. */
  readonly n: number;
  /** What that request was when nothing was wrong. */
  readonly request: string;
}

export interface RunReport {
  readonly name: string;
  /** What was promised and not kept; empty when all is right. */
  readonly broken: readonly string[];
  /** Folders with a dummy secret that were left beside the data sources: nothing of worth. */
  readonly litter: number;
}

/** What requests a command makes when nothing is wrong. */
export async function requestsOf(lane: Lane, scenario: Scenario): Promise<Record<Server, readonly string[]>> {
  const subject = await prepare(lane, scenario, "sweep");
  lane.author.pass();
  lane.tokenServer.pass();
  const { ok, text } = await act(subject, scenario);
  const seen = { author: [...lane.author.seen], "token server": [...lane.tokenServer.seen] };
  const broken = [...(ok ? [] : [`it fails: ${text}`]), ...(await recover(subject, scenario, true))];
  if (broken.length > 0) throw new Error(`${scenario.name} without a fault: ${broken.join("; ")}`);
  return seen;
}

/** One command with one fault, and what the promises are worth afterwards. */
export async function oneRun(lane: Lane, { scenario, server, n, request }: Point, kind: Kind): Promise<RunReport> {
  const fault = kind.fault(lane);
  const name = `${scenario.name}: ${fault.name}, request ${n} to the ${server} (${request})`;
  const subject = await prepare(lane, scenario, "sweep");
  const ended = await actWith(subject, scenario, server === "author" ? lane.author : lane.tokenServer, n, fault);
  const missed = ended.injected ? [] : ["the fault met no request"];
  if (kind.kills) await lane.restart();
  const orphan = kind.kills ? [] : orphans(subject);
  const seen = { "the state": printable(subject.model.state), "the repository": repositoryText(lane.aem) };
  const recovered = await recover(subject, scenario, ended.ok, kind.kills);
  count("search");
  const leaks = lane.leaks(subject.secrets, { ...seen, "the state afterwards": printable(subject.model.state) });
  const elsewhere = lane.elsewhere.arrived.splice(0).map((line) => `somebody followed a redirect: ${line}`);
  const broken = [...missed, ...orphan, ...recovered, ...leaks, ...elsewhere];
  return {
    name,
    broken: broken.length > 0 ? [...broken, `the run said: ${ended.text || "ok"}`] : [],
    litter: tidy(lane.aem),
  };
}

/** The data source of one run. */
interface Subject {
  readonly lane: Lane;
  readonly model: EngineModel;
  readonly secrets: Secrets;
  readonly name: string;
  readonly page: string;
}

async function prepare(lane: Lane, { before }: Scenario, name: string): Promise<Subject> {
  const subject = { lane, ...(await lane.begin()), name, page: `${FOLDER}/${name}` };
  if (before === undefined) return subject;
  const { ok, text } = await subject.model.up(argsOf(subject, before));
  if (!ok) throw new Error(`nothing was wrong yet, but: ${text}`);
  return subject;
}

async function act(subject: Subject, { wanted }: Scenario): Promise<Ended> {
  const { model } = subject;
  model.nextPhase();
  if (wanted === undefined) return model.destroy();
  return model.up(argsOf(subject, wanted));
}

async function actWith(subject: Subject, scenario: Scenario, proxy: FaultProxy, n: number, fault: Fault) {
  proxy.inject(n, fault);
  const ended = await act(subject, scenario);
  const injected = proxy.injected === 1;
  if (injected) count("fault");
  proxy.pass();
  return { ...ended, injected };
}

/** A page that no state knows, or one that is gone from the state alone. */
function orphans({ lane: { aem }, model, page }: Subject): string[] {
  if (model.state !== undefined) return [];
  const left = aem.node(page) === undefined ? [] : ["a page without a state"];
  return aem.published().includes(page) ? [...left, "it is live on publish, without a state"] : left;
}

/** What the user does next: the same command again, after a crash `refresh` first. Nothing is wrong any more. */
async function recover(subject: Subject, { wanted }: Scenario, wasDone: boolean, crashed = false): Promise<string[]> {
  const { model } = subject;
  model.nextPhase();
  const broken = crashed ? failed("the refresh", await model.refresh()) : [];
  if (wanted !== undefined) broken.push(...(await agree(subject, wanted, wasDone)));
  broken.push(...failed("the destroy", await model.destroy()));
  const { aem } = subject.lane;
  if (aem.node(subject.page) !== undefined) {
    broken.push("the page is still there after the destroy");
    aem.remove(subject.page);
  }
  if (aem.published().includes(subject.page)) broken.push("it is still live on publish after the destroy");
  return broken;
}

/** Whether the next `up` makes author and state agree on what is wanted, and the one after it finds nothing to do. */
async function agree(subject: Subject, wanted: Version, wasDone: boolean): Promise<string[]> {
  const { lane, model, page } = subject;
  const args = argsOf(subject, wanted);
  const writes = () => lane.aem.requests.filter(({ writes }) => writes).length;
  const before = writes();
  const broken = failed("the next up", await model.up(args));
  if (wasDone && writes() > before) broken.push("the run succeeded, and yet the next up wrote");
  const content = Object(lane.aem.node(`${page}/jcr:content`));
  const holds = (what: string, is: unknown, be: unknown) => (is === be ? [] : [`${what} is ${is}, not ${be}`]);
  broken.push(
    ...holds("the title", content["jcr:title"], args.title),
    ...holds("the marker", content.managedBy, model.state?.outputs.managedBy),
    ...(lane.aem.plainSecret(page) === subject.secrets[wanted.secret]
      ? []
      : ["the client secret is not the wanted one"]),
    ...holds("whether it is on publish", lane.aem.published().includes(page), args.publish === true),
  );
  const known = model.state?.inputs ?? {};
  broken.push(...failed("the refresh", await model.refresh()));
  if (!sameProperties(known, model.state?.inputs ?? {})) broken.push("a refresh finds a difference");
  if (await model.preview(args)) broken.push("a preview finds something to do");
  return broken;
}

function failed(what: string, { ok, text }: Ended): string[] {
  return ok ? [] : [`${what} fails: ${text}`];
}

/** What the program says then; its app has the secret that goes with it. */
function argsOf({ lane, name, secrets }: Subject, { secret, args }: Version): Wire {
  lane.rotate(secrets[secret]);
  return lane.args(name, secrets[secret], args);
}

/** Whatever stands in a state outside of the envelopes that the engine encrypts. */
function printable(state: object | undefined): string {
  return JSON.stringify(state ?? {}, (_, value: unknown) => (isEnvelope(value) ? "[secret]" : value));
}

function repositoryText(aem: AemEmulator): string {
  return Object.values(aem.list("/conf")).join("\n");
}

function tidy(aem: AemEmulator): number {
  const left = Object.keys(Object(aem.node(FOLDER))).filter((name) => name.startsWith("aem-datasource-probe-"));
  for (const name of left) aem.remove(`${FOLDER}/${name}`);
  return left.length;
}
