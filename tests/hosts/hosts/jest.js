// @ts-check
// Jest, which supports neither ES modules nor the condition "module-sync"; in Node, and with jsdom.
import { join } from "node:path";
import { here, tool } from "../project.js";
import { byTestRunner } from "../runners.js";

const SUITE = `
const client = require("storefront-token-client");
const setting = require("./setting.json");
const { play, scenarios } = require("./scenarios.cjs");

for (const scenario of Object.keys(scenarios)) test(scenario, () => play(client, scenario, setting));
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

/** What a test may give to jsdom by itself: enough for a `fetch` of its own, and an error that says what else is missing. */
const POLYFILLED = `
const { TextDecoder, TextEncoder } = require("node:util");
Object.assign(globalThis, { TextDecoder, TextEncoder });
const { TokenClient } = require("storefront-token-client");

const tokenEndpoint = "https://shop.example/token";
const user = { username: "anna", password: "secret" };
const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };

test("signs in by a fetch of its own", async () => {
  const fetch = async () => ({ status: 200, headers: new Map([["content-type", "application/json"]]), json: async () => tokens });
  const auth = new TokenClient({ tokenEndpoint, fetch });
  expect((await auth.signIn(user)).subject).toBe("user");
  auth.dispose();
});

test("names the fetch that is missing, as often as it is needed", async () => {
  const auth = new TokenClient({ tokenEndpoint });
  for (let call = 1; call <= 2; call++) {
    const error = await auth.signIn(user).catch((error) => error);
    expect([error.code, String(error.cause)]).toEqual(["network", "ReferenceError: fetch is not defined"]);
  }
  auth.dispose();
});
`;

/** The command that runs a file of tests; a busy machine may need more than Jest's five seconds for a test. @param {string} file @param {string} environment */
const jest = (file, environment) => tool("jest", "--rootDir", ".", "--testMatch", `**/${file}`, "--watchman=false", "--testTimeout=400000", "--env", environment);

/** @param {import("../project.js").Project} project @param {string} environment */
async function open(project, environment) {
  await project.run(...tool("esbuild", "scenarios.js", "--bundle", "--format=cjs", "--outfile=scenarios.cjs"));
  project.write("shop.test.cjs", SUITE);
  return byTestRunner(project, ...jest("shop.test.cjs", environment), "--json", "--outputFile=report.json");
}

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Jest", open: (project) => open(project, "node") },
  {
    name: "Jest, jsdom",
    async open(project) {
      project.write("environment.cjs", ENVIRONMENT);
      project.write("bare.test.cjs", NAMES_WHAT_IS_MISSING);
      project.write("polyfilled.test.cjs", POLYFILLED);
      const play = (/** @type {string} */ file) => () => project.run(...jest(file, "jsdom"));
      const bare = { "names what jsdom lacks": play("bare.test.cjs"), "works with a few of the parts that jsdom lacks": play("polyfilled.test.cjs") };
      return { ...(await open(project, "./environment.cjs")), ...bare };
    },
  },
];
