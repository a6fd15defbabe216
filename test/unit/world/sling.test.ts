import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { newKey, protect, unprotect } from "../../world/sling/secrets";
import { findJava, findMaven, jdkProgram, Missing } from "../../world/sling/tools";

describe("what Apache Sling needs", () => {
  let temp: string;

  beforeEach(async () => {
    temp = await fs.realpath(await fs.mkdtemp(join(tmpdir(), "sling-test-")));
  });
  afterEach(() => fs.rm(temp, { recursive: true }));

  async function writeProgram(folder: string, name: string, body: string): Promise<string> {
    await fs.mkdir(folder, { recursive: true });
    await fs.writeFile(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return folder;
  }

  /** A java that tells this version, as Java does: on standard error. */
  async function writeJava(home: string, version: string): Promise<string> {
    const body = `echo '    java.home = ${home}' >&2\necho '    java.specification.version = ${version}' >&2`;
    return writeProgram(join(home, "bin"), "java", body);
  }

  const oneLine = (pattern: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Missing);
    assert.match(error.message, /^[^\n]+$/);
    assert.match(error.message, pattern);
    return true;
  };

  describe("Java", () => {
    it("is that of JAVA_HOME before that on PATH", async () => {
      const chosen = join(temp, "chosen");
      await writeJava(chosen, "21");
      const bin = await writeJava(join(temp, "other"), "17");
      const found = await findJava({ JAVA_HOME: chosen, PATH: bin });
      assert.deepEqual(found, { java: join(chosen, "bin", "java"), home: chosen, version: 21 });
      assert.equal((await findJava({ PATH: bin })).version, 17);
    });

    it("is that on PATH where JAVA_HOME names one that Sling doesn't run on", async () => {
      await writeJava(join(temp, "new"), "25");
      const bin = await writeJava(join(temp, "other"), "11");
      assert.equal((await findJava({ JAVA_HOME: join(temp, "new"), PATH: bin })).version, 11);
    });

    for (const [version, number] of [
      ["25", 25],
      ["10", 10],
      ["1.8", 8],
    ] as const) {
      it(`is refused when it is Java ${number}`, async () => {
        const bin = await writeJava(join(temp, "java"), version);
        await assert.rejects(
          findJava({ PATH: bin }),
          oneLine(new RegExp(`is Java ${number}\\): install a JDK 17 or 21`)),
        );
      });
    }

    it("is asked for in one line when there is none, or one that doesn't run", async () => {
      await assert.rejects(findJava({ PATH: temp }), oneLine(/^no Java 11 to 21 \(there is no java,.*install a JDK/));
      const bin = await writeProgram(temp, "java", "echo one; echo 'no Java installed' >&2; exit 1");
      await assert.rejects(findJava({ PATH: bin }), oneLine(/no Java installed/));
      await assert.rejects(findJava({ JAVA_HOME: join(temp, "gone") }), oneLine(/not found/));
    });

    it("has to be a JDK, for the stand-in bundle", async () => {
      const java = await findJava({ PATH: await writeJava(temp, "17") });
      await assert.rejects(
        jdkProgram(java, "javac"),
        oneLine(/^no javac \(.* is a Java runtime only\): install a JDK/),
      );
      await writeProgram(join(temp, "bin"), "javac", "exit 0");
      assert.equal(await jdkProgram(java, "javac"), join(temp, "bin", "javac"));
    });
  });

  it("is Maven, asked for in one line when it isn't on PATH", async () => {
    await assert.rejects(findMaven({ PATH: temp }), oneLine(/^no Maven .*: install Apache Maven/));
    const bin = await writeProgram(join(temp, "bin"), "mvn", "exit 0");
    assert.equal(await findMaven({ PATH: [temp, bin].join(delimiter) }), join(bin, "mvn"));
  });
});

describe("stand-in for AEM's encryption", () => {
  const key = newKey();

  it("never looks the same twice, and gives back what it was given", () => {
    const [first, second] = [protect(key, "sécret"), protect(key, "sécret")];
    assert.match(first, /^\{(?:[0-9a-f]{32}){2,}\}$/);
    assert.notEqual(first, second);
    assert.deepEqual([unprotect(key, first), unprotect(key, second)], ["sécret", "sécret"]);
  });

  it("takes nothing in clear for encrypted", () => {
    for (const clear of ["", "sécret", "{}", "{abc}"]) assert.equal(unprotect(key, clear), undefined);
  });
});
