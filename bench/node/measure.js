// The rows that are measured in Node. Each library has a process of its own, and they take turns.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startChild } from "../children.js";
import { scriptOf } from "../bundles.js";
import { afterWarmUp, inTurns } from "../turns.js";

const here = (file) => join(import.meta.dirname, file);

/** @param {import("../index.js").Bench} bench */
export async function measureNode(bench) {
  await measureFirstRequests(bench);
  await measureSessions(bench);
}

/** The time from the import to the first token request. @param {import("../index.js").Bench} bench */
export async function measureFirstRequests({ folder, place, libraries, counts, report }) {
  report("import to the first token request", "ms", await inTurns(libraries, counts.cold, (name) =>
    Number(execFileSync("node", [here("cold.process.js"), addressOf(folder, name), JSON.stringify(place)], { encoding: "utf8" })),
  ));
}

const addressOf = (folder, name) => pathToFileURL(scriptOf(folder, "node", name)).href;

/** @param {import("../index.js").Bench} bench */
async function measureSessions({ folder, place, server, libraries, counts, report }) {
  const start = async (name) => {
    const child = startChild(here("session.process.js"), [], ["--expose-gc"]);
    await child.ask("start", addressOf(folder, name), place);
    return { ...child, measure: (...args) => child.ask("measure", ...args) };
  };

  const sessions = Object.fromEntries(await Promise.all(libraries.map(async (name) => [name, await start(name)])));
  const each = (rounds, task) => afterWarmUp(libraries, rounds, (name) => task(sessions[name], name));
  report("getAccessToken() on a valid session", "µs", await each(counts.rounds, async ({ measure }) => 1000 * (await measure("tokens", counts.tokens))));
  report("one sign-in, × fetch", "×", await each(counts.rounds, ({ measure }) => measure("pairedSignIns", counts.signIns)));
  report("CPU of one exchange cycle", "µs", await each(counts.rounds, async ({ ask, measure }) => {
    const before = await ask("cpuTime");
    await measure("exchanges", counts.exchanges);
    return (1000 * ((await ask("cpuTime")) - before)) / counts.exchanges;
  }));
  report(`${counts.herd} callers on an expired token`, "ms", await each(counts.herds, async ({ measure }, name) => {
    if (name === "oidc-client-ts") return undefined;
    const before = (await server.ask("counts")).refreshRequests;
    const { took, failed } = await measure("herd", counts.herd);
    const requests = (await server.ask("counts")).refreshRequests - before;
    if (failed > 0 || requests !== 1) console.log(`  ${name}: ${requests} requests, ${failed} callers failed`);
    return took;
  }));
  report("memory kept after each exchange", "B", await each(counts.memories, async ({ ask, measure }) => {
    const before = await ask("memory");
    await measure("exchanges", counts.kept);
    return ((await ask("memory")) - before) / counts.kept;
  }));
  await Promise.all(Object.values(sessions).map(({ stop }) => stop()));
}
