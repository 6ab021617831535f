// @ts-check
// Vitest, in Node and with emulated DOMs, whose window is the global object but no browser's.
import { tool } from "../project.js";
import { byTestRunner } from "../runners.js";

const SUITE = `
import { test } from "vitest";
import * as client from "storefront-token-client";
import setting from "./setting.json";
import { play, scenarios } from "./scenarios.js";

for (const scenario of Object.keys(scenarios)) test(scenario, () => play(client, scenario, setting));
`;

/** Vitest sets happy-dom up so that an error of a listener is thrown at the one who dispatches the event. */
const LISTENER_THROWS = `
import { expect, test } from "vitest";
import { TokenClient } from "storefront-token-client";

test("goes on after an error of a listener", async () => {
  const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };
  const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token", fetch: async () => Response.json(tokens) });
  auth.on("sessionchange", () => {
    throw new Error("of the application");
  });
  await auth.signIn({ username: "anna", password: "secret" });
  await auth.signOut();
  expect(await auth.getSession()).toBe(null);
});
`;

/** @param {import("../project.js").Project} project @param {string} environment */
async function open(project, environment) {
  project.write("shop.test.js", SUITE);
  // The emulated page must have the shop's origin: happy-dom's fetch enforces CORS.
  const { url } = project.shop;
  // The client stops reading a body that is too long; then happy-dom's fetch throws an error that nobody can catch.
  const dangerouslyIgnoreUnhandledErrors = environment === "happy-dom";
  // A busy machine may need more than Vitest's five seconds for a test.
  const test = { testTimeout: 400_000, environment, environmentOptions: { jsdom: { url }, happyDOM: { url } }, dangerouslyIgnoreUnhandledErrors };
  project.write("vitest.config.js", `export default ${JSON.stringify({ test })};`);
  return byTestRunner(project, ...tool("vitest", "run", "--reporter=json", "--outputFile=report.json"));
}

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Vitest", open: (project) => open(project, "node") },
  { name: "Vitest, jsdom", open: (project) => open(project, "jsdom") },
  {
    name: "Vitest, happy-dom",
    async open(project) {
      const scenarios = await open(project, "happy-dom");
      project.write("listener.test.js", LISTENER_THROWS);
      const listener = () => project.run(...tool("vitest", "run", "listener.test.js"));
      return { ...scenarios, "goes on after an error of a listener": listener };
    },
  },
];
