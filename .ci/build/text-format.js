// Lets esbuild bundle a module that is written in the text format of WebAssembly: its bytes become the characters of a text.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../shell.js";

/** @type {import("esbuild").Plugin} */
export const textFormat = {
  name: "text-format",
  setup({ onLoad }) {
    onLoad({ filter: /\.wat$/ }, ({ path }) => ({ contents: assembled(path), loader: "text" }));
  },
};

/** @param {string} source */
function assembled(source) {
  const wasm = join(root, "pkg/assembled.wasm");
  execFileSync("wasm-opt", ["-Oz", source, "-o", wasm]);
  return readFileSync(wasm);
}
