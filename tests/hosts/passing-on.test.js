// @ts-check
/** A server that passes an API's response on, by `session.respond()`, in each runtime: the browser can read it. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startStorefront } from "../../www/storefront/index.js";
import { assertForBrowser, codings, receive, startEncodedApi } from "../support/encoded-api.js";
import { install } from "../support/package.js";
import { Project, binary, here } from "./project.js";

const SERVER = `
import { gzipSync } from "node:zlib";
import { serverSession, sessionCookie } from "storefront-token-client/server";

const [api] = process.argv.slice(2);

export async function respond(request) {
  const session = await serverSession(request, { cookie: sessionCookie(), store: new Map() });
  const { pathname, search } = new URL(request.url);
  const own = () => new Response(gzipSync("our own"), { headers: { "Content-Encoding": "gzip", "Set-Cookie": "own=1" } });
  return session.respond(pathname === "/own" ? own() : await fetch(api + search));
}
`;
const START = {
  node: `
import { createServer } from "node:http";
import { respond } from "./respond.mjs";

createServer(async ({ headers, url }, outgoing) => {
  const response = await respond(new Request("http://" + headers.host + url));
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  for await (const chunk of response.body) outgoing.write(chunk);
  outgoing.end();
}).listen(0, "127.0.0.1", function () {
  console.log("http://127.0.0.1:" + this.address().port);
});
`,
  bun: `
import { respond } from "./respond.mjs";

const { port } = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: respond });
console.log("http://127.0.0.1:" + port);
`,
  deno: `
import { respond } from "./respond.mjs";

Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log("http://127.0.0.1:" + port) }, respond);
`,
};
const { arch } = process;
/** @type {Record<string, [main: string, ...command: string[]]>} */
const RUNTIMES = {
  [`Node ${process.versions.node.split(".")[0]}`]: [START.node, process.execPath],
  "Node 24": [START.node, binary(`node-linux-${arch}/bin/node`)],
  Bun: [START.bun, binary(`@oven/bun-linux-${arch === "arm64" ? "aarch64" : arch}/bin/bun`)],
  Deno: [START.deno, binary(`@deno/linux-${arch}-glibc/deno`), "run", "--no-prompt", "--allow-net"],
};

const { modules, remove } = install();
const folder = mkdtempSync(join(here, ".passing-on-"));
const [shop, api] = await Promise.all([startStorefront({ pages: folder }), startEncodedApi()]);
after(async () => {
  api.close();
  await shop.close();
  remove();
  rmSync(folder, { recursive: true, force: true });
});

for (const [name, [main, ...command]] of Object.entries(RUNTIMES))
  describe(`in ${name}, a browser`, { timeout: 400_000 }, async () => {
    const project = new Project(join(folder, name.replace(" ", "-")), modules, shop);
    after(() => project.end());
    project.write("respond.mjs", SERVER);
    project.write("main.mjs", main);
    const url = await project.start(/(http:\S+)\n/, ...command, "main.mjs", api.url);

    for (const coding of codings)
      test(`can read a response that the API sent ${coding ? `with the coding ${coding}` : "as it is"}`, async () => {
        assertForBrowser(await receive(url, coding));
      });

    test("gets the application's own response as it is", async () => {
      const response = await fetch(`${url}/own`);
      assert.equal(await response.text(), "our own");
      assert.deepEqual(response.headers.getSetCookie(), ["own=1"]);
    });
  });
