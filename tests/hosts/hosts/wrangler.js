// @ts-check
// The files that wrangler would upload, in the workerd that comes with it.
import { readdirSync } from "node:fs";
import { Miniflare } from "miniflare";
import { tool } from "../project.js";
import { byRequest } from "../runners.js";

const CONFIG = { name: "shop", main: "worker.js", compatibility_date: "2026-04-01" };

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "wrangler",
    async open(project) {
      project.write("wrangler.json", JSON.stringify(CONFIG));
      await project.run(...tool("wrangler", "deploy", "--dry-run", "--outdir", "out"));
      const wasm = readdirSync(project.path("out")).filter((name) => name.endsWith(".wasm"));
      const workerd = new Miniflare({
        modulesRoot: project.path("out"),
        modules: [
          { type: "ESModule", path: project.path("out/worker.js") },
          ...wasm.map((name) => /** @type {const} */ ({ type: "CompiledWasm", path: project.path(`out/${name}`) })),
        ],
        compatibilityDate: CONFIG.compatibility_date,
      });
      project.atEnd(() => workerd.dispose());
      return byRequest(project, String(await workerd.ready));
    },
  },
];
