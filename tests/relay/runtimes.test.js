// @ts-check
/** The relay in Deno and Bun refuses and forwards the same requests as in Node. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { binary } from "../hosts/project.js";
import { install } from "../support/package.js";
import { addressSource } from "./documented-address.js";
import { relayOptions, testInRuntime } from "./every-runtime.js";
import { startRecordingServer } from "./recording-server.js";
import { form, send } from "./relay-server.js";

const BUN = `@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;
const DENO = `@deno/linux-${process.arch}-glibc/deno`;

/** The command that runs a program in each runtime. Deno may use the network and nothing else. */
const RUNTIMES = {
  Deno: [binary(DENO), "run", "--no-prompt", "--allow-net", "relay.program.js"],
  Bun: [binary(BUN), "relay.program.js"],
};

const { project, remove } = install();
after(remove);
copyFileSync(join(import.meta.dirname, "relay.program.js"), join(project, "relay.program.js"));

for (const [name, command] of Object.entries(RUNTIMES)) {
  const server = await startRecordingServer({ after });
  const [program, ...args] = [...command, JSON.stringify(relayOptions(server)), addressSource(name)];
  const relay = spawn(program, args, { cwd: project, stdio: ["ignore", "pipe", "inherit"] });
  after(() => relay.kill());
  const [line] = await once(relay.stdout.setEncoding("utf8"), "data");
  const urls = JSON.parse(line);
  describe(name, () => {
    testInRuntime(urls, server, { addressHeader: "x-test-address" });

    test("the callerAddress of docs/relay.md finds the address", async () => {
      const guest = { grant_type: "password", username: "guest", password: "guest" };
      assert.equal((await send(urls.form, { body: form(guest) })).status, 429);
    });
  });
}
