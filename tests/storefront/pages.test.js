// @ts-check
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { call, open, raw } from "../support/storefront-caller.js";

/** A folder of pages, one of a package, and a secret beside them. @param {import("node:test").TestContext} t */
function folders(t) {
  const root = mkdtempSync(join(tmpdir(), "storefront-"));
  t.after(() => rmSync(root, { recursive: true }));
  const [www, pkg] = [join(root, "www"), join(root, "pkg")];
  for (const folder of [www, join(www, "sub"), pkg, join(root, "www-secret")]) mkdirSync(folder);
  writeFileSync(join(root, "secret.txt"), "SECRET");
  writeFileSync(join(root, "www-secret", "a.txt"), "SECRET");
  writeFileSync(join(www, ".env"), "SECRET");
  symlinkSync(join(root, "secret.txt"), join(www, "link.txt"));
  writeFileSync(join(www, "index.html"), "<p>home");
  writeFileSync(join(www, "sub", "index.html"), "<p>sub");
  writeFileSync(join(www, "a file.css"), "p {}");
  writeFileSync(join(www, "app.js"), "1");
  writeFileSync(join(pkg, "client.wasm"), "\0asm");
  return { www, pkg };
}

suite("pages", () => {
  test("are served with their types", async (t) => {
    const { www, pkg } = folders(t);
    const shop = await open(t, { pages: www, mounts: { "/pkg/": pathToFileURL(pkg) } });
    const rows = {
      "/": "text/html; charset=UTF-8",
      "/index.html?query": "text/html; charset=UTF-8",
      "/sub/": "text/html; charset=UTF-8",
      "/a%20file.css": "text/css; charset=UTF-8",
      "/app.js": "text/javascript; charset=UTF-8",
      "/pkg/client.wasm": "application/wasm",
    };
    for (const [path, type] of Object.entries(rows)) {
      const { status, headers } = await call(shop.url + path);
      assert.deepEqual([status, headers.get("content-type")], [200, type], path);
    }
    assert.equal((await call(shop.url)).text, "<p>home");
    const head = await call(shop.url, { method: "HEAD" });
    assert.deepEqual([head.status, head.text, head.headers.get("content-length")], [200, "", "7"]);
  });

  test("may be a URL, or missing", async (t) => {
    const { www } = folders(t);
    assert.equal((await call((await open(t, { pages: pathToFileURL(www) })).url)).status, 200);
    assert.equal((await call((await open(t, { pages: pathToFileURL(www).href })).url)).status, 200);
    assert.equal((await call((await open(t)).url)).status, 404);
  });

  test("do not hide the API and the control endpoint", async (t) => {
    const { www } = folders(t);
    const shop = await open(t, { pages: www });
    assert.equal((await call(`${shop.url}/api/products`)).status, 401);
    assert.equal((await call(`${shop.url}/_storefront/state`)).status, 200);
  });

  const attempts = [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/sub/../../secret.txt",
    "/sub/..%2f..%2fsecret.txt",
    "/..\\secret.txt",
    "/%5c..%5csecret.txt",
    "//../secret.txt",
    "/../www-secret/a.txt",
    "/pkg/../secret.txt",
    "/pkg/..%2fsecret.txt",
    "/.env",
    "/link.txt",
    "/app.js%00.txt",
    "/%",
    "/nothing.html",
    "/app.js/",
  ];
  for (const path of attempts) {
    test(`are not served for ${path}`, async (t) => {
      const { www, pkg } = folders(t);
      const shop = await open(t, { pages: www, mounts: { "/pkg/": pkg } });
      const received = await raw(shop, `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`);
      assert.match(received, /^HTTP\/1\.1 404 /);
      assert.ok(!received.includes("SECRET"));
    });
  }

  test("take no POST, and a mount must be a folder's", async (t) => {
    const { www } = folders(t);
    const shop = await open(t, { pages: www });
    assert.equal((await call(shop.url, { method: "POST" })).status, 405);
    await assert.rejects(open(t, { mounts: { pkg: www } }), /Mount "pkg" must begin and end with "\/"/);
  });
});
