// @ts-check
import { tool } from "../project.js";
import { byTestRunner } from "../ways.js";

const SUITE = `
import { test } from "vitest";
import * as client from "storefront-token-client";
import setting from "./setting.json";
import { play, stories } from "./stories.js";

for (const story of Object.keys(stories)) test(story, () => play(client, story, setting), 30_000);
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
