// @ts-check
/** What Deno 2.9 does otherwise than other runtimes: with channels that were closed, and with connections that the server closes. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { NAME, install } from "../support/package.js";
import { binary } from "./project.js";

const { project, remove } = install();
after(remove);

/** Runs a program. @param {string} code @param {string[]} permissions @returns {Promise<string[]>} the lines that it prints */
async function run(code, ...permissions) {
  writeFileSync(join(project, "main.mjs"), code);
  const deno = binary(`@deno/linux-${process.arch}-glibc/deno`);
  const { stdout } = await promisify(execFile)(deno, ["run", "--no-prompt", ...permissions, "main.mjs"], { cwd: project });
  return stdout.trim().split("\n");
}

test("a channel that fails is missing, `lacks` says so, and the client works without it", { timeout: 400_000 }, async () => {
  const printed = await run(`
    import { TokenClient } from "${NAME}";

    const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };
    const fetch = async () => Response.json(tokens);
    for (const storageKey of ["first", "second"]) {
      const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token", clientId: "shop", shareAcrossTabs: true, storageKey, fetch });
      await auth.signIn({ username: "anna", password: "secret" });
      console.log(auth.lacks.join() || "nothing", await auth.getAccessToken());
      auth.dispose();
    }
  `);
  assert.deepEqual(printed, ["nothing a", "channel a"]);
});

test("a refresh token is sent once, even to a server that closes its idle connections when the next request has arrived", { timeout: 400_000 }, async () => {
  const connections = new Set();
  /** @type {(string | null)[]} */
  const sent = [];
  const server = createServer(async (request, response) => {
    const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    sent.push(body.get("refresh_token"));
    if (connections.has(request.socket)) return void request.socket.end();
    connections.add(request.socket);
    const tokens = { access_token: "a", refresh_token: `r${sent.length}`, token_type: "Bearer", expires_in: 3600 };
    response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const code = `
    import { TokenClient } from "${NAME}";

    const auth = new TokenClient({ tokenEndpoint: "http://127.0.0.1:${port}/token", clientId: "shop" });
    await auth.signIn({ username: "anna", password: "secret" });
    for (let time = 0; time < 3; time += 1) console.log(await auth.getAccessToken({ forceRefresh: true }).catch(({ code }) => code));
    auth.dispose();
  `;
  const printed = await run(code, `--allow-net=127.0.0.1:${port}`);
  server.close();
  assert.deepEqual({ printed, sent }, { printed: ["a", "a", "a"], sent: [null, "r1", "r2", "r3"] });
});
