// @ts-check
// Runs the examples of docs/servers.md, each against a server as the page describes it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { listen } from "../support/loopback.js";
import { NAME, install, root } from "../support/package.js";

/** @typedef {{ path: string, headers: import("node:http").IncomingHttpHeaders, body: any }} Received */
/** @typedef {(request: Received) => [status: number, body: object]} Respond */

const { project, remove } = install();
after(remove);

const examples = readFileSync(join(root, "docs/servers.md"), "utf8").matchAll(/```js\n([^]*?)```/g);
const [commercetools, house] = Array.from(examples, ([, code]) => code);

/**
 * Starts a server that records the requests and responds with what the function gives.
 * @param {import("node:test").TestContext} context
 * @param {Respond} respond
 */
async function serve(context, respond) {
  /** @type {Received[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join("");
    const body = request.headers["content-type"] === "application/json" ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    requests.push({ path: request.url ?? "", headers: request.headers, body });
    const [status, members] = respond(requests[requests.length - 1]);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(members));
  });
  const { url, close } = await listen(server);
  context.after(close);
  return { requests, origin: url };
}

/**
 * Runs an example, and gives the client that it makes.
 * @param {string} code
 * @param {string} origin  replaces the origins in the code
 * @returns {Promise<import("storefront-token-client").TokenClient>}
 */
async function run(code, origin) {
  const given = 'const clientId = "id", clientSecret = "se%cret", scope = "orders";';
  const file = join(project, `example-${origin.replace(/\D/g, "")}.mjs`);
  const there = code.replaceAll(/https:\/\/[\w.]+\.example/g, origin);
  writeFileSync(file, `import { TokenClient } from "${NAME}";\n${given}\n${there}\nexport { auth };`);
  return (await import(pathToFileURL(file).href)).auth;
}

test("the profile for a house server works as the page says", async (context) => {
  let renewals = 0;
  const { requests, origin } = await serve(context, ({ path, body }) => {
    if (body.password === "wrong") return [403, { code: "WRONG_PASSWORD" }];
    if (body.email === "locked") return [403, { code: "LOCKED" }];
    if (path === "/auth/renew" && ++renewals > 1) return [401, { code: "RENEWAL_UNKNOWN" }];
    const validUntil = `${new Date(Date.now() + 600_000).toISOString().slice(0, 19)}.7826152Z`;
    return [200, { jwt: `jwt-${requests.length}`, renewal: "r", validUntil }];
  });
  const auth = await run(house, origin);
  await assert.rejects(auth.signIn({ username: "anna", password: "wrong" }), { code: "invalid_credentials" });
  await assert.rejects(auth.signIn({ username: "locked", password: "x" }), { code: "account_locked" });
  const session = await auth.signIn({ username: "anna", password: "x" });
  assert.ok(Math.abs((session.expiresAt ?? 0) - Date.now() - 600_000) < 60_000);
  assert.equal(await auth.getAccessToken({ forceRefresh: true }), "jwt-4");
  const [, , signIn, refresh] = requests;
  assert.equal(signIn.path, "/auth/token");
  assert.equal(signIn.headers["x-api-version"], "2");
  assert.deepEqual(signIn.body, { grant_type: "password", email: "anna", password: "x", client_id: "web", app: "shop" });
  assert.equal(refresh.path, "/auth/renew");
  assert.deepEqual(refresh.body, { grant_type: "refresh_token", renewal: "r", client_id: "web", app: "shop" });
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "login_required" });
  assert.equal(auth.session, null);
});

test("commercetools: the guest is merged with the guest's token, before the user's token is requested", async (context) => {
  let rejects = false;
  const { requests, origin } = await serve(context, ({ path, body }) => {
    if (path === "/my-project/me/login") return [rejects ? 400 : 200, {}];
    if (rejects) return [400, { error: "invalid_customer_account_credentials" }];
    return [200, { access_token: `${body.grant_type}-token`, refresh_token: "r", token_type: "Bearer", expires_in: 172800 }];
  });
  const auth = await run(commercetools, origin);
  assert.equal(await auth.getAccessToken(), "client_credentials-token");
  rejects = true;
  await assert.rejects(auth.signIn({ username: "a@b.c", password: "wrong" }), { code: "invalid_credentials" });
  assert.equal(auth.session?.subject, "guest");
  rejects = false;
  const { subject } = await auth.signIn({ username: "a@b.c", password: "x" });
  assert.equal(subject, "user");
  assert.equal(await auth.getAccessToken({ forceRefresh: true }), "refresh_token-token");
  await auth.signIn({ username: "d@e.f", password: "x" });
  assert.deepEqual(
    requests.map(({ path }) => path),
    [
      "/oauth/my-project/anonymous/token",
      "/my-project/me/login",
      "/oauth/my-project/customers/token",
      "/my-project/me/login",
      "/oauth/my-project/customers/token",
      "/oauth/token",
      // A user who is signed in already is not merged.
      "/oauth/my-project/customers/token",
    ],
  );
  assert.equal(requests[1].headers.authorization, "Bearer client_credentials-token");
  assert.deepEqual(requests[1].body, { email: "a@b.c", password: "wrong" });
  assert.equal(requests[0].headers.authorization, `Basic ${btoa("id:se%cret")}`);
});

test("commercetools: a sign-in rejects with the error of `mergeGuest` if the server does not merge, and the guest stays", async (context) => {
  const { requests, origin } = await serve(context, ({ path }) =>
    path === "/my-project/me/login" ? [503, {}] : [200, { access_token: "t", refresh_token: "r", expires_in: 60 }],
  );
  const auth = await run(commercetools, origin);
  await auth.signInAsGuest();
  await assert.rejects(auth.signIn({ username: "a", password: "b" }), { message: "me/login responded with 503" });
  assert.equal(auth.session?.subject, "guest");
  assert.deepEqual(requests.map(({ path }) => path), ["/oauth/my-project/anonymous/token", "/my-project/me/login"]);
});
