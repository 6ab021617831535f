// @ts-check
import { binary } from "../project.js";
import { byProgram } from "../runners.js";

const BUN = `@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Bun, import", open: (project) => byProgram(project, binary(BUN), "program.js") },
  { name: "Bun, require", open: (project) => byProgram(project, binary(BUN), "program.cjs") },
];
