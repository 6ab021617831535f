// @ts-check
import { tool } from "../project.js";
import { byTestRunner } from "../runners.js";

const SUITE = `
import { test } from "vitest";
import * as client from "storefront-token-client";
import setting from "./setting.json";
import { play, scenarios } from "./scenarios.js";

for (const scenario of Object.keys(scenarios)) test(scenario, () => play(client, scenario, setting), 30_000);
`;

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Vitest",
    async open(project) {
      project.write("shop.test.js", SUITE);
      return byTestRunner(project, ...tool("vitest", "run", "--reporter=json", "--outputFile=report.json"));
    },
  },
];
