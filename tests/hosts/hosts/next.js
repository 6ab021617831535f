// @ts-check
// Next.js with each of its bundlers: a client component, which the server renders first, and a route handler. And Next.js
// 14, whose data cache keeps responses for other shoppers.
import assert from "node:assert/strict";
import { join } from "node:path";
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

/** Pages that the server renders at each request, for it reads their address. They show a token of one grant. */
const PAGES_OF_14 = (/** @type {string} */ tokenEndpoint, /** @type {string} */ clientId) => ({
  "app/layout.js": FILES["app/layout.js"],
  "app/client/page.js": `import { TokenClient } from "storefront-token-client";

export default async function Page({ searchParams }) {
  const { shopper } = searchParams;
  const auth = new TokenClient({ tokenEndpoint: "${tokenEndpoint}", server: "oro", clientId: "${clientId}", guest: true });
  return <p id={shopper}>{await auth.getAccessToken()}</p>;
}`,
  "app/by-hand/page.js": `export default async function Page({ searchParams }) {
  const { shopper } = searchParams;
  const grant = { grant_type: "password", username: "guest", password: "guest", client_id: "${clientId}" };
  const response = await fetch("${tokenEndpoint}", { method: "POST", body: new URLSearchParams(grant) });
  return <p id={shopper}>{(await response.json()).access_token}</p>;
}`,
});

/** @param {import("../project.js").Project} project */
async function open14(project) {
  const { tokenEndpoint, clientId = "" } = project.shop;
  for (const [path, text] of Object.entries(PAGES_OF_14(tokenEndpoint, clientId))) project.write(path, text);
  // It finds its own files by the name "next", which is the current version's in the folder above.
  await project.run("cp", "-al", join(here, "node_modules/next14"), project.path("node_modules/next"));
  const next = [process.execPath, project.path("node_modules/next/dist/bin/next")];
  await project.run(...next, "build");
  const url = await project.start(/(http:\S+)/, ...next, "start", "--hostname", "127.0.0.1", "--port", "0");
  const tokensOf = async (/** @type {string} */ page) => {
    const tokens = [];
    for (const shopper of ["anna", "ben"]) {
      const html = await (await fetch(`${url}/${page}?shopper=${shopper}`)).text();
      tokens.push(new RegExp(`<p id="${shopper}">([\\w.-]+)</p>`).exec(html)?.[1]);
    }
    return tokens;
  };
  return {
    "keeps a response to fetch for the next shopper": async () => {
      const [first, second] = await tokensOf("by-hand");
      assert.ok(first);
      assert.equal(second, first);
    },
    "keeps no response to the client: two shoppers get two tokens": async () => {
      const [first, second] = await tokensOf("client");
      assert.ok(first && second);
      assert.notEqual(second, first);
    },
  };
}

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Next.js 14", open: open14 },
  { name: "Next.js, by Turbopack", open: (project) => open(project, "turbopack") },
  { name: "Next.js, by webpack", open: (project) => open(project, "webpack") },
];

/** @param {string} prefix @param {import("../runners.js").Tests} tests @returns {import("../runners.js").Tests} */
function prefixed(prefix, tests) {
  return Object.fromEntries(Object.entries(tests).map(([name, play]) => [prefix + name, play]));
}
