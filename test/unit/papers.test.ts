import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRecord } from "../../provider/values";
import { REPOSITORY } from "../world/stack";

/** What the project's papers say of its tests and of its packages. */

const read = (path: string) => readFileSync(join(REPOSITORY, path), "utf8");

describe("SECURITY.md", () => {
  const paragraphs = read("SECURITY.md").split("\n\n");

  for (const letter of "abcdefg") {
    it(`names tests that exist for promise (${letter})`, () => {
      const text = paragraphs.find((paragraph) => paragraph.startsWith(`**(${letter}) `)) ?? "";
      const named = [...text.matchAll(/`(test\/[\w/]+\.test\.ts)`: "([^"]+)"/g)];
      assert.ok(named.length > 0, `no test stands at promise (${letter})`);
      for (const [, file = "", title = ""] of named) {
        const shown = new RegExp(`\\b(?:it\\(|shows\\("[A-Z]\\d+", )"${escaped(title)}"`);
        assert.match(read(file), shown);
      }
    });
  }
});

describe("docs/dependencies.md", () => {
  const rows = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)];
  const told = rows.map(([, name, licence]) => `${name}: ${licence}`).sort();

  it("has a line for each package that an installation brings along, with its licence, and no other", () => {
    assert.deepEqual(told, [...new Set(installed())].sort());
  });

  it("gives the reason for each", () => {
    for (const [line, , , why = ""] of rows) assert.ok(why.trim().length > 3, line);
  });
});

describe("the pages", () => {
  for (const page of pages()) {
    it(`${page} leads to files and headings that are there`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
      const lost = links.filter(([, path = "", anchor]) => {
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(REPOSITORY, target))) return true;
        return anchor !== undefined && !headingsOf(read(target)).includes(anchor);
      });
      assert.deepEqual(
        lost.map(([link]) => link),
        [],
      );
    });
  }

  it("README.md explains codes that the provider uses", () => {
    const codes = [...read("README.md").matchAll(/`\[([a-z-]+)\]`/g)].map(([, code = ""]) => code);
    const sources = filesBelow("provider", ".ts").map(read).join("\n");
    assert.ok(codes.length > 10);
    assert.deepEqual(
      codes.filter((code) => !sources.includes(`"${code}"`)),
      [],
    );
  });
});

function pages(): string[] {
  const own = readdirSync(REPOSITORY).filter((name) => name.endsWith(".md"));
  return [...own, ...filesBelow("docs", ".md"), ...filesBelow("examples", ".md")];
}

function filesBelow(folder: string, ending: string): string[] {
  const names = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}

/** As the forge makes anchors of them. */
function headingsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

interface Locked {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `name: licence` of all that npm installs for a user, by the lock file; peers by their names alone, since they are the program's. */
function installed(): string[] {
  const { packages }: { packages: Record<string, Locked> } = JSON.parse(read("package-lock.json"));
  const found = new Set<string>();
  const visit = (from: string, { dependencies, peerDependencies, optionalDependencies }: Locked): void => {
    for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
      const path = resolved(packages, from, name);
      assert.ok(path !== undefined, `${name} of ${from} is not in the lock file`);
      if (found.has(path)) continue;
      found.add(path);
      // What Pulumi's SDK brings along is in every Pulumi program.
      if (name !== "@pulumi/pulumi") visit(path, packages[path] ?? {});
    }
  };
  const own: unknown = packages[""];
  assert.ok(isRecord(own));
  visit("", own);
  return [...found].map((path) => `${path.slice(path.lastIndexOf("node_modules/") + 13)}: ${packages[path]?.license}`);
}

/** As Node finds a package: in the nearest folder above that has it. */
function resolved(packages: Record<string, Locked>, from: string, name: string): string | undefined {
  const steps = from === "" ? [] : from.split("/node_modules/");
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const path = [...steps.slice(0, depth), ""].join("/node_modules/");
    const candidate = depth === 0 ? `node_modules/${name}` : `${path}${name}`;
    if (packages[candidate] !== undefined) return candidate;
  }
  return undefined;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
