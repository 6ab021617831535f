// @ts-check
// Jest, which supports neither ES modules nor the condition "module-sync"; in Node, and with jsdom.
import { join } from "node:path";
import { here, tool } from "../project.js";
import { byTestRunner } from "../runners.js";

const SUITE = `
const client = require("storefront-token-client");
const setting = require("./setting.json");
const { play, scenarios } = require("./scenarios.cjs");

for (const scenario of Object.keys(scenarios)) test(scenario, () => play(client, scenario, setting), 30_000);
`;

/** Gives jsdom what it lacks of a browser, from Node. */
const ENVIRONMENT = `
const { TestEnvironment } = require(${JSON.stringify(join(here, "node_modules/jest-environment-jsdom"))});

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    const { AbortController, AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder, fetch } = globalThis;
    Object.assign(this.global, { AbortController, AbortSignal, Headers, Request, Response, TextDecoder, TextEncoder, fetch });
  }
};
`;

const NAMES_WHAT_IS_MISSING = `
const { TokenClient } = require("storefront-token-client");

test("names what is missing", async () => {
  const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token" });
  const call = auth.signIn({ username: "anna", password: "secret" });
  await expect(call).rejects.toMatchObject({ code: "core_unavailable", message: expect.stringContaining("this host has no TextDecoder") });
});
`;

/** @param {import("../project.js").Project} project @param {string} environment */
async function open(project, environment) {
  await project.run(...tool("esbuild", "scenarios.js", "--bundle", "--format=cjs", "--outfile=scenarios.cjs"));
  project.write("shop.test.cjs", SUITE);
  const jest = (/** @type {string} */ file, /** @type {string} */ env) =>
    tool("jest", "--rootDir", ".", "--testMatch", `**/${file}`, "--watchman=false", "--env", env, "--json", "--outputFile=report.json");
  return byTestRunner(project, ...jest("shop.test.cjs", environment));
}

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Jest", open: (project) => open(project, "node") },
  {
    name: "Jest, jsdom",
    async open(project) {
      project.write("environment.cjs", ENVIRONMENT);
      project.write("bare.test.cjs", NAMES_WHAT_IS_MISSING);
      const bare = () => project.run(...tool("jest", "--rootDir", ".", "--testMatch", "**/bare.test.cjs", "--watchman=false", "--env", "jsdom"));
      return { ...(await open(project, "./environment.cjs")), "names what jsdom lacks": bare };
    },
  },
];
