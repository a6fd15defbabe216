/** Where the Pulumi engine comes from on a machine that has none: the vendor's npm package, or the vendor's Go modules. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Tell } from "./cache";
import { run } from "./processes";

export const CLI_VERSION = "3.259.0";
/** A pin of its own: newer versions of the vendor's Go module no longer hold the Node language host. */
export const HOST_VERSION = "3.68.0";

export const CLI = "pulumi";
const HOST = "pulumi-language-nodejs";
const DYNAMIC_PROVIDER = "pulumi-resource-pulumi-nodejs";
/** Lies beside them: which language host it is, in words. */
export const NOTE = "language-host.txt";
/** What an engine's folder has to hold, each a real file: the engine warns when links lead it somewhere else. */
export const FILES = [CLI, HOST, DYNAMIC_PROVIDER, NOTE];

const GO_MODULES = "github.com/pulumi/pulumi";

export interface Workshop {
  /** The folder in which the engine is to lie in the end. It doesn't exist yet. */
  bin: string;
  /** For all else; it is removed afterwards. */
  scratch: string;
  stop: AbortSignal;
  tell: Tell;
}

export const sources = { npm: fromNpm, go: fromGo };

/** The vendor's npm package is a script that downloads the CLI and its language hosts when it is first called. */
async function fromNpm({ bin, scratch, stop, tell }: Workshop): Promise<void> {
  const home = path.join(scratch, "home");
  const options = { cwd: scratch, env: environment({ PULUMI_HOME: home, TMPDIR: scratch }), signal: stop };
  const flags = ["--prefix", scratch, "--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--logs-max=0"];
  const install = ["install", ...flags, ...quiet, `pulumi@${CLI_VERSION}`];
  await reporting(tell, `downloading pulumi v${CLI_VERSION} by the vendor's npm package`, async () => {
    await run("npm", install, { ...options, seconds: 120 });
    const script = path.join(scratch, "node_modules/pulumi/run.js");
    await run(process.execPath, [script, "version"], { ...options, seconds: 600 });
  });
  await fs.rename(path.join(home, "versions", CLI_VERSION, "bin"), bin);
  await complete(bin, `${HOST} v${CLI_VERSION} (the vendor's)`);
}

async function fromGo(workshop: Workshop): Promise<void> {
  await run("go", ["version"], { env: environment(), seconds: 30 });
  await build(workshop, `${GO_MODULES}/pkg/v3/cmd/${CLI}`, CLI_VERSION, "usually 5 to 8 minutes on two cores");
  await build(workshop, `${GO_MODULES}/sdk/v3/nodejs/cmd/${HOST}`, HOST_VERSION, "usually under a minute");
  await complete(workshop.bin, `${HOST} v${HOST_VERSION} (built here)`);
}

/** Builds in a module of its own, since `go install` refuses modules with replace directives. */
async function build(
  { bin, scratch, stop, tell }: Workshop,
  main: string,
  version: string,
  usual: string,
): Promise<void> {
  const name = path.basename(main);
  const cwd = path.join(scratch, name);
  await fs.mkdir(cwd);
  await fs.writeFile(path.join(cwd, "go.mod"), "module scratch\n");
  // No C compiler is needed; the user's Go flags and workspace have no say; a killed build leaves nothing elsewhere.
  const env = environment({ CGO_ENABLED: "0", GOFLAGS: "-mod=mod", GOWORK: "off", GOTMPDIR: cwd });
  const go = (args: string[], onLine?: Tell) => run("go", args, { cwd, env, signal: stop, onLine });

  let modules = 0;
  const countModule = (line: string) => {
    if (line.startsWith("go: downloading")) modules++;
  };
  const get = () => go(["get", `${main}@v${version}`], countModule);
  await reporting(tell, `fetching the Go modules of ${name} v${version}`, get, () => `${modules} so far`);

  const flags = ["-trimpath", "-ldflags", `-s -w -X ${GO_MODULES}/sdk/v3/go/common/version.Version=v${version}`];
  const stale = await go(["list", ...flags, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", main]);
  const packages = stale.split("\n").filter(Boolean).length;
  let built = 0;
  const countPackage = () => {
    built++;
  };
  const compile = () => go(["build", ...flags, "-v", "-o", path.join(bin, name), main], countPackage);
  await reporting(tell, `building ${name} v${version}, ${usual}`, compile, () => `${built} of ${packages} packages`);
}

async function complete(bin: string, languageHost: string): Promise<void> {
  await writeDynamicProvider(bin);
  await fs.writeFile(path.join(bin, NOTE), `${languageHost}\n`);
}

/** In place of the vendor's script, which leaves a shell behind when it is killed: this one becomes node. */
export async function writeDynamicProvider(bin: string): Promise<void> {
  const script = [
    "#!/bin/sh",
    `provider=$(node -p 'require.resolve("@pulumi/pulumi/cmd/dynamic-provider")') || exit`,
    `exec node "$provider" "$@"`,
  ];
  await fs.writeFile(path.join(bin, DYNAMIC_PROVIDER), `${script.join("\n")}\n`, { mode: 0o755 });
}

/** What programs need to find themselves, the network and Go's folders; nothing else of the user's is their business. */
const INHERITED = [
  ...["PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  ...["npm_config_registry", "npm_config_userconfig", "npm_config_cache"],
  ...["GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOENV", "GOTOOLCHAIN"],
  ...["GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOAUTH"],
];

export function environment(additions: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])), ...additions };
}

/** Tells what is done, every ten seconds how far it is, and at last how long it took. */
async function reporting(
  tell: Tell,
  title: string,
  work: () => Promise<unknown>,
  progress?: () => string,
): Promise<void> {
  const begun = performance.now();
  const elapsed = () => duration((performance.now() - begun) / 1000);
  const report = () => tell(`engine: ${title}: ${progress ? `${progress()}, ` : ""}${elapsed()}`);
  tell(`engine: ${title}`);
  const ticking = setInterval(report, 10_000);
  try {
    await work();
  } finally {
    clearInterval(ticking);
  }
  tell(`engine: ${title}: done, ${elapsed()}`);
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
