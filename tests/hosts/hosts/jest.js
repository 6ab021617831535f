// @ts-check
// Jest, which supports neither ES modules nor the condition "module-sync".
import { tool } from "../project.js";
import { byTestRunner } from "../runners.js";

const SUITE = `
const client = require("storefront-token-client");
const setting = require("./setting.json");
const { play, scenarios } = require("./scenarios.cjs");

for (const scenario of Object.keys(scenarios)) test(scenario, () => play(client, scenario, setting), 30_000);
`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Jest",
    async open(project) {
      await project.run(...tool("esbuild", "scenarios.js", "--bundle", "--format=cjs", "--outfile=scenarios.cjs"));
      project.write("shop.test.cjs", SUITE);
      const report = ["--json", "--outputFile=report.json"];
      return byTestRunner(project, ...tool("jest", "--rootDir", ".", "--testMatch", "**/shop.test.cjs", "--watchman=false", ...report));
    },
  },
];
