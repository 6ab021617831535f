// @ts-check
// Next.js with each of its bundlers: a client component, which the server renders first, and a route handler.
import assert from "node:assert/strict";
import { openGateway } from "../gateway.js";
import { here, tool } from "../project.js";
import { byRequest, inPage } from "../runners.js";

const FILES = {
  "next.config.js": `export default { turbopack: { root: ${JSON.stringify(here)} }, outputFileTracingRoot: ${JSON.stringify(here)} };`,
  "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
  "app/page.js": `"use client";
import { auth } from "../page.js";

export default () => <p>Hello, {auth.session?.subject ?? "stranger"}</p>;`,
  "app/play/route.js": 'export { respond as POST } from "../../respond.js";',
};

/** @param {import("../project.js").Project} project @param {string} bundler */
async function open(project, bundler) {
  for (const [path, text] of Object.entries(FILES)) project.write(path, text);
  await project.run(...tool("next", "build", `--${bundler}`));
  const url = await project.start(/(http:\S+)/, ...tool("next", "start", "--hostname", "127.0.0.1", "--port", "0"));
  const gateway = await openGateway(project.shop.url, url);
  project.atEnd(gateway.close);
  return {
    "is rendered by the server": async () => assert.match(await (await fetch(url)).text(), /Hello, .*stranger/),
    ...prefixed("in a page: ", await inPage(project, gateway.url)),
    ...prefixed("in a route handler: ", byRequest(project, `${url}/play`)),
  };
}

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Next.js, by Turbopack", open: (project) => open(project, "turbopack") },
  { name: "Next.js, by webpack", open: (project) => open(project, "webpack") },
];

/** @param {string} prefix @param {import("../runners.js").Tests} tests @returns {import("../runners.js").Tests} */
function prefixed(prefix, tests) {
  return Object.fromEntries(Object.entries(tests).map(([name, play]) => [prefix + name, play]));
}
