// @ts-check
// Rollup, which leaves `new URL(…, import.meta.url)` as it is.
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Rollup",
    async open(project) {
      await project.run(...tool("rollup", "page.js", "--plugin", "node-resolve", "--format", "es", "--dir", "dist"));
      project.copy("core.wasm", "dist/core.wasm");
      project.write("dist/index.html", page('<script type="module" src="page.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
];
