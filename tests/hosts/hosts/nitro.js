// @ts-check
// What Nitro, and so Nuxt, builds for Cloudflare, in workerd.
import { readdirSync } from "node:fs";
import { Miniflare } from "miniflare";
import { tool } from "../project.js";
import { byRequest } from "../runners.js";

const DATE = "2026-04-01";
const CONFIG = `export default { compatibilityDate: "${DATE}", srcDir: ".", experimental: { wasm: true } };`;
const ROUTE = `
import { defineEventHandler, toWebRequest } from "h3";
import { respond } from "../respond.js";

export default defineEventHandler((event) => respond(toWebRequest(event)));
`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Nitro, Cloudflare",
    async open(project) {
      project.write("nitro.config.js", CONFIG);
      project.write("routes/index.js", ROUTE);
      await project.run(...tool("nitropack", "build", "--preset", "cloudflare_module"));
      const output = project.path(".output/server");
      const files = readdirSync(output, { recursive: true, encoding: "utf8" });
      /** @param {string} ending @param {"ESModule" | "CompiledWasm"} type */
      const modules = (ending, type) => files.filter((name) => name.endsWith(ending)).map((name) => ({ type, path: `${output}/${name}` }));
      const [main, others] = [`${output}/index.mjs`, modules(".mjs", "ESModule").filter(({ path }) => !path.endsWith("server/index.mjs"))];
      const workerd = new Miniflare({
        modulesRoot: output,
        modules: [{ type: "ESModule", path: main }, ...others, ...modules(".wasm", "CompiledWasm")],
        compatibilityDate: DATE,
        compatibilityFlags: ["nodejs_compat"],
      });
      project.atEnd(() => workerd.dispose());
      return byRequest(project, String(await workerd.ready));
    },
  },
];
