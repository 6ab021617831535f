// @ts-check
// Node: import; require() of the ES module; and require() of CommonJS.
import { binary } from "../project.js";
import { byProgram } from "../runners.js";

const THIS = `Node ${process.versions.node.split(".")[0]}`;
const NEWER = `node-linux-${process.arch}/bin/node`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: `${THIS}, import`, open: (project) => byProgram(project, process.execPath, "program.js") },
  { name: `${THIS}, require`, open: (project) => byProgram(project, process.execPath, "program.cjs") },
  {
    name: `${THIS}, require of CommonJS`,
    open: (project) => byProgram(project, process.execPath, "--no-experimental-require-module", "program.cjs"),
  },
  { name: "Node 24, import", open: (project) => byProgram(project, binary(NEWER), "program.js") },
  { name: "Node 24, require", open: (project) => byProgram(project, binary(NEWER), "program.cjs") },
];
