// @ts-check
// esbuild, as a module and as a script.
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

const BUNDLE = ["page.js", "--bundle", "--minify"];

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "esbuild, as a module",
    async open(project) {
      await project.run(...tool("esbuild", ...BUNDLE, "--format=esm", "--splitting", "--outdir=dist"));
      project.write("dist/index.html", page('<script type="module" src="page.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
  {
    name: "esbuild, as a script",
    async open(project) {
      await project.run(...tool("esbuild", ...BUNDLE, "--format=iife", "--outdir=dist"));
      project.write("dist/index.html", page('<script src="page.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
];
