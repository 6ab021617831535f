// @ts-check
// Rollup with its plugin for the modules of packages.
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Rollup",
    async open(project) {
      await project.run(...tool("rollup", "page.js", "--plugin", "node-resolve", "--format", "es", "--dir", "dist"));
      project.write("dist/index.html", page('<script type="module" src="page.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
];
