import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { document, html } from "../../../provider/cli/html";
import { rememberSecret } from "../../../provider/errors";

describe("markup", () => {
  it("takes a text as text, whatever stands in it, within an element and within an attribute", () => {
    const evil = `"><script>alert('x')</script> & <!--`;
    assert.equal(
      html`<p title="${evil}">${evil}</p>`.markup,
      `<p title="${"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &lt;!--"}">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &lt;!--</p>`,
    );
  });

  it("takes no control characters, no signs that turn the direction, and no secret of this run", () => {
    rememberSecret("s3cret&of <this> page");
    const text = "a\u001b[31mb\u202ec\u0000d s3cret&of <this> page";
    assert.equal(html`${text}`.markup, "a [31mb c d [secret]");
  });

  it("takes markup and lists of it as they are", () => {
    assert.equal(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>`.markup, "<ul><li>1</li>\n<li>2</li></ul>");
  });

  it("makes documents that allow their own style, by its digest, and nothing else", () => {
    const page = document("A & B", "p { color: red }", html`<p>x</p>`);
    const digest = createHash("sha256").update("p { color: red }").digest("base64");
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
    assert.ok(
      page.includes(`content="default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'"`),
    );
    assert.ok(page.includes("<title>A &amp; B</title>\n<style>p { color: red }</style>"));
  });
});
