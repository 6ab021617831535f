// @ts-check
/** The relay in Deno and Bun refuses and forwards the same requests as in Node. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe } from "node:test";
import { binary } from "../hosts/project.js";
import { install } from "../support/package.js";
import { relayOptions, testInRuntime } from "./every-runtime.js";
import { startRecordingServer } from "./recording-server.js";

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
  const [program, ...args] = [...command, JSON.stringify(relayOptions(server))];
  const relay = spawn(program, args, { cwd: project, stdio: ["ignore", "pipe", "inherit"] });
  after(() => relay.kill());
  const [line] = await once(relay.stdout.setEncoding("utf8"), "data");
  describe(name, () => testInRuntime(JSON.parse(line), server, { addressHeader: "x-test-address" }));
}
