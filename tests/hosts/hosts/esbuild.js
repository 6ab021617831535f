// @ts-check
// esbuild, as a module and as a script. It leaves `new URL(…, import.meta.url)` as it is.
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

const BUNDLE = ["page.js", "--bundle", "--minify"];

const URL_OF_FILE = `
import wasm from "storefront-token-client/core.wasm";
import { init } from "storefront-token-client/slim";
export { TokenClient, TokenError } from "storefront-token-client/slim";
export const start = () => init(wasm);
`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "esbuild, as a module",
    async open(project) {
      await project.run(...tool("esbuild", ...BUNDLE, "--format=esm", "--outfile=dist/page.js"));
      project.copy("core.wasm", "dist/core.wasm");
      project.write("dist/index.html", page('<script type="module" src="page.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
  {
    name: "esbuild, as a script",
    async open(project) {
      project.write("slim.js", URL_OF_FILE);
      await project.run(...tool("esbuild", ...BUNDLE, "--format=iife", "--loader:.wasm=file", "--outdir=dist"));
      project.write("dist/index.html", page('<script src="page.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
];
