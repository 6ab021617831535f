// @ts-check
// Deno, with permission for the network and nothing else.
import { binary } from "../project.js";
import { byProgram } from "../runners.js";

const DENO = `@deno/linux-${process.arch}-glibc/deno`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Deno", open: (project) => byProgram(project, binary(DENO), "run", "--no-prompt", "--allow-net", "program.js") },
];
