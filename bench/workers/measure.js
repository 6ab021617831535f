// The rows that are measured in workerd, as CPU time: what else the machine does changes it little.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { serve, startWorkerd } from "../../www/edge/workerd.js";
import { afterWarmUp, inTurns } from "../turns.js";

/** Isolates that one process starts. */
const ISOLATES = 20;
const AT_ONCE = 50;

/**
 * @typedef {import("../index.js").Bench} Bench
 * @typedef {Record<string, import("../../www/edge/workerd.js").Workerd>} Running the workerd of each library
 */

/** @param {Bench} bench */
export async function measureWorkers(bench) {
  const { modules, place, libraries, counts, report } = bench;
  const names = Array.from({ length: ISOLATES }, (_, at) => `worker${at}`);
  const folders = {};
  for (const name of libraries) {
    const written = await startWorkerd(Object.fromEntries(names.map((worker) => [worker, workerOf(name, place)])), { modules });
    await written.kill();
    folders[name] = written;
  }
  report("an isolate's start and its first token", "ms", await inTurns(libraries, counts.isolates, async (name) => {
    const { urls, process, kill } = await serve(folders[name].folder, names);
    for (const worker of names) await get(urls[worker]);
    const took = cpuTimeOf(process) / ISOLATES;
    await kill();
    return took;
  }));
  for (const { remove } of Object.values(folders)) await remove();

  const running = await startEach(bench);
  report("a new session and its first token, in a warm isolate", "ms", await requests(bench, running, "/"));
  report(...(await storedSessions(bench, running)));
  report("WebAssembly memory of a session", "B", await inTurns(libraries, 1, async (name) => {
    const { worker } = running[name].urls;
    const before = await get(`${worker}/memory`);
    for (let made = 0; made < counts.sessions; made += AT_ONCE) await get(`${worker}/?count=${AT_ONCE}`);
    return ((await get(`${worker}/memory`)) - before) / counts.sessions;
  }));
  for (const { remove } of Object.values(running)) await remove();
}

/** What of the time of a stored session is the check of the options. @param {Bench} bench */
export async function measureStoredSessions(bench) {
  const running = await startEach(bench);
  bench.report(...(await storedSessions(bench, running)));
  for (const { remove } of Object.values(running)) await remove();
}

/** @param {Bench} bench @param {Running} running @returns {Promise<Parameters<Bench["report"]>>} */
const storedSessions = async (bench, running) => ["a stored session and its token, in a warm isolate", "ms", await requests(bench, running, "/stored")];

/** A workerd for each library. @param {Bench} bench @returns {Promise<Running>} */
async function startEach({ modules, place, libraries }) {
  const running = {};
  for (const name of libraries) running[name] = await startWorkerd({ worker: workerOf(name, place) }, { modules });
  return running;
}

/** The CPU time of a request to this path, in turns. @param {Bench} bench @param {Running} running @param {string} path */
const requests = ({ libraries, counts }, running, path) =>
  afterWarmUp(libraries, counts.rounds, async (name) => {
    const { urls, process } = running[name];
    const before = cpuTimeOf(process);
    for (let count = 0; count < counts.requests; count++) await get(`${urls.worker}${path}`);
    return (cpuTimeOf(process) - before) / counts.requests;
  });

/** @param {string} name of the library @param {Bench["place"]} place */
const workerOf = (name, place) => ({
  entry: join(import.meta.dirname, `${name}.worker.js`),
  vars: { TOKEN_ENDPOINT: place.tokenEndpoint, CLIENT_ID: place.clientId },
});

/** @param {string} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} responds with ${response.status}: ${await response.text()}`);
  return response.json();
}

/** The CPU time of a process, in milliseconds. @param {import("node:child_process").ChildProcess} process */
function cpuTimeOf({ pid }) {
  const ofThread = (/** @type {string} */ thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ofThread(thread), 0) / 1e6;
}
