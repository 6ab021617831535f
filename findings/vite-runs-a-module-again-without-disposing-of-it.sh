#!/usr/bin/env bash
# Vite runs an edited module anew without calling what the old copy gave to `import.meta.hot.dispose`, if the module is
# accepted only as part of an importer that accepts itself (each file of React components does). So a token client of such a
# module stays alive with its timers beside the new one. Only if the importer names the module in `accept` is the callback
# called. Needs node 20.19 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund vite@8.3.8
cat > check.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, createServerModuleRunner, version } from "vite";

/** A module that holds a client: it notes its start, and asks to be disposed of. */
const holder = (copy) => `
  globalThis.seen.push("start ${copy}");
  import.meta.hot.dispose(() => globalThis.seen.push("dispose ${copy}"));
  export const client = ${copy};
`;

/** What happens to the module when it is edited and its importer accepts in this way. */
async function edit(name, accept) {
  globalThis.seen = [];
  mkdirSync(name);
  writeFileSync(`${name}/client.js`, holder(1));
  writeFileSync(`${name}/page.js`, `import { client } from "./client.js"; import.meta.hot.accept(${accept});`);
  const watch = { usePolling: true, interval: 50 };
  const server = await createServer({
    root: name, configFile: false, logLevel: "error", appType: "custom", server: { middlewareMode: true, ws: false, watch },
  });
  const runner = createServerModuleRunner(server.environments.ssr, { hmr: { logger: false } });
  await runner.import("/page.js");
  writeFileSync(`${name}/client.js`, holder(2));
  const start = Date.now();
  while (!seen.includes("start 2") && Date.now() - start < 30_000) await new Promise((resolve) => setTimeout(resolve, 50));
  await runner.close();
  await server.close();
  return seen.join(", ");
}

const found = [await edit("itself", ""), await edit("by-name", '"./client.js", () => {}')];
console.log(`Vite ${version}`);
console.log(`the importer accepts itself: ${found[0]}`);
console.log(`the importer accepts the module by name: ${found[1]}`);
process.exit(found.join(" | ") === "start 1, start 2 | start 1, dispose 1, start 2" ? 0 : 1);
JS
node check.mjs
