import assert from "node:assert/strict";
import { PAGE, SWAGGER, type World } from "./world";

export type Properties = Parameters<World["aem"]["edit"]>[1];

/** What somebody changes in AEM → the edit, and every line by which a refresh shows it, old and new. */
export const EDITS: Readonly<Record<string, readonly [edit: Properties | Buffer, shown: readonly RegExp[]]>> = {
  "the title": [{ "jcr:title": "By hand" }, [/~ title +: "Salesforce" => "By hand"/]],
  "the end point": [
    { serviceEndPoint: "https://other.example/api" },
    [/~ serviceEndPoint: "https:\/\/MyDomainName.*" => "https:\/\/other\.example\/api"/],
  ],
  "the client id": [{ client_id: "other" }, [/~ clientId +: "consumer-key" => "other"/]],
  "the token URL": [
    { access_token_uri: "https://idp.example/token" },
    [/~ tokenUrl +: "http:.*" => "https:\/\/idp\.example\/token"/],
  ],
  "the scope": [{ authorization_scope: "full" }, [/~ scope +: "api" => "full"/]],
  "an extra property": [{ team: "other" }, [/~ team *: "crm" => "other"/]],
  "an extra property, removed": [{ team: undefined }, [/~ team *: "crm" => "removed in AEM"/]],
  "a constant of the product": [{ grant_type: "password" }, [/\+ grant_type *: "password"/]],
  "the marker, removed": [{ managedBy: undefined }, [/\+ marker +: "removed in AEM"/]],
  "the marker, another's": [
    { managedBy: "acme/other/prod/crm#0123456789abcdef" },
    [/\+ marker +: "of acme\/other\/prod\/crm in AEM"/],
  ],
  "an operation of the Swagger file": [
    Buffer.from(JSON.stringify(withoutQuery())),
    [/~ digest +: ".*" => ".*"/, /- GET \/query +: "queryRecords/, /~ sha256 +: ".*" => ".*"/],
  ],
  "the Swagger file's bytes alone": [Buffer.from(`${SWAGGER}\n`), [/~ digest +: ".*" => ".*, other bytes in AEM"/]],
};

/** The drift gate of a pipeline: ends with 7 where there is drift, else with 0. */
export async function gate(world: World, expected: number): Promise<string> {
  const { code, text } = await world.stack.try("refresh", "--preview-only", "--diff", "--expect-no-changes");
  assert.equal(code, expected, text);
  return text;
}

export function content(world: World): Properties {
  return Object(world.aem.node(`${PAGE}/jcr:content`));
}

function withoutQuery(): unknown {
  const { "/query": _, ...paths } = JSON.parse(SWAGGER).paths;
  return { ...JSON.parse(SWAGGER), paths };
}

/** The program whose data source has something of everything that `EDITS` changes. */
export async function startDriftWorld(start: () => Promise<World>): Promise<World> {
  const world = await start();
  const scoped = 'Object.assign({ scope: "api" }, { clientId: process.env.CLIENT_ID';
  await world.program({
    oauth2: `${scoped}, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL })`,
    extraProperties: '{ team: "crm" }',
  });
  await world.stack.pulumi("up", "--yes", "--skip-preview");
  return world;
}

export function edit(world: World, change: Properties | Buffer): void {
  if (Buffer.isBuffer(change)) world.aem.editFile(PAGE, change);
  else world.aem.edit(PAGE, change);
}

/** The lines of a refresh that show a difference. */
export function changedLines(text: string): string[] {
  return text.split("\n").filter((line) => /^ +[~+-] .*[^{]$/.test(line) && !/\(update\)|to update$/.test(line));
}
