// @ts-check
// Prints what the package costs in a Worker, next to one that does the least by hand. Nothing is asserted:
// `node tests/workers/benchmark.js`.
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { install } from "../support/package.js";
import { serve, startWorkerd } from "../../www/edge/workerd.js";

const ISOLATES = 20;
const TIMES = 3;
const REQUESTS = 300;
const SESSIONS = 10_000;
const AT_ONCE = 50;
const KINDS = ["hand", "client"];

// A token endpoint that answers at once, so that what is measured is the Worker.
let issued = 0;
const server = createServer((_, response) => {
  const tokens = { access_token: `access-${++issued}-${"a".repeat(700)}`, refresh_token: `refresh-${issued}-${"r".repeat(700)}` };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ token_type: "Bearer", expires_in: 3600, ...tokens }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

const { modules, remove } = install();
try {
  await coldStarts();
  await warmStarts();
  await sessions();
} finally {
  remove();
  server.close();
  server.closeAllConnections();
}

/** From a process that begins, and its isolates with it, to the first token of each. */
async function coldStarts() {
  const names = Array.from({ length: ISOLATES }, (_, at) => `worker${at}`);
  const [hand, client] = await eachKind(async (kind) => {
    const written = await startWorkerd(Object.fromEntries(names.map((name) => [name, workerOf(kind)])), { modules });
    await written.kill();
    const times = [];
    for (let time = 0; time < TIMES; time++) {
      const { urls, process, kill } = await serve(written.folder, names);
      for (const name of names) await (await fetch(urls[name])).json();
      times.push(busy(process) / ISOLATES);
      await kill();
    }
    await written.remove();
    return median(times);
  });
  console.log(`an isolate's start and its first token: ${compared(client, hand)}`);
}

/** A client and its first token, in an isolate that has made many. */
async function warmStarts() {
  const [hand, client] = await eachKind(async (kind) => {
    const { urls, process, remove } = await startWorkerd({ worker: workerOf(kind) }, { modules });
    const many = async () => {
      for (let count = 0; count < REQUESTS; count++) await (await fetch(urls.worker)).json();
      return busy(process);
    };
    const before = await many();
    const each = ((await many()) - before) / REQUESTS;
    await remove();
    return each;
  });
  console.log(`a client's start and its first token:   ${compared(client, hand)}`);
}

/** What each of many sessions holds. */
async function sessions() {
  const [hand, client] = await eachKind(async (kind) => {
    const { urls, process, remove } = await startWorkerd({ worker: workerOf(kind) }, { modules });
    const rss = () => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1]);
    const memory = async () => (await fetch(`${urls.worker}/memory`)).json();
    const ask = async () => (await fetch(`${urls.worker}/?count=${AT_ONCE}`)).json();
    await ask();
    const before = { rss: rss(), wasm: await memory() };
    for (let made = 0; made < SESSIONS; made += AT_ONCE) await ask();
    const each = { rss: (rss() - before.rss) / SESSIONS, wasm: ((await memory()) - before.wasm) / SESSIONS };
    await remove();
    return each;
  });
  const bytes = (/** @type {number} */ count) => `${(count / 1024).toFixed(1)} kB`;
  console.log(`${SESSIONS} sessions in one isolate: ${bytes(client.wasm)} of WebAssembly memory each;`);
  console.log(`the process grew by ${bytes(client.rss)} each, by hand ${bytes(hand.rss)}`);
}

/** @template T @param {(kind: string) => Promise<T>} task */
async function eachKind(task) {
  /** @type {T[]} */
  const results = [];
  for (const kind of KINDS) results.push(await task(kind));
  return results;
}

/** @param {string} kind @returns {import("../../www/edge/workerd.js").Worker} */
function workerOf(kind) {
  const vars = { TOKEN_ENDPOINT: `http://127.0.0.1:${port}/oauth2-token`, CLIENT_ID: "shop" };
  return { entry: join(import.meta.dirname, "fixtures", `benchmark.${kind}.worker.js`), vars };
}

/**
 * The time that a process has had of the processor, which does not depend on what else the machine does.
 * @param {import("node:child_process").ChildProcess} process
 */
function busy({ pid }) {
  const ofThread = (/** @type {string} */ thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ofThread(thread), 0) / 1e6;
}

/** @param {number} client @param {number} hand milliseconds */
function compared(client, hand) {
  return `${client.toFixed(1)} ms of the processor, by hand ${hand.toFixed(1)} ms: ${(client / hand).toFixed(1)} times`;
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
