// @ts-check
// Jest, which knows neither ES modules nor the condition for requiring them.
import { tool } from "../project.js";
import { byTestRunner } from "../ways.js";

const SUITE = `
const client = require("storefront-token-client");
const setting = require("./setting.json");
const { play, stories } = require("./stories.cjs");

for (const story of Object.keys(stories)) test(story, () => play(client, story, setting), 30_000);
`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Jest",
    async open(project) {
      await project.run(...tool("esbuild", "stories.js", "--format=cjs", "--outfile=stories.cjs"));
      project.write("shop.test.cjs", SUITE);
      const report = ["--json", "--outputFile=report.json"];
      return byTestRunner(project, ...tool("jest", "--rootDir", ".", "--testMatch", "**/shop.test.cjs", "--watchman=false", ...report));
    },
  },
];
