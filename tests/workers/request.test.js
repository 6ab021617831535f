// @ts-check
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../npm/installed.js";
import { startWorkerd } from "./workerd.js";

const { modules, remove } = install();
const shop = await startStorefront();
const vars = { TOKEN_ENDPOINT: shop.tokenEndpoint, API: shop.apiUrl, CLIENT_ID: shop.clientId };
const workerd = await startWorkerd(
  { guest: { entry: join(import.meta.dirname, "guest.worker.js"), vars } },
  { modules },
);
after(async () => {
  await workerd.remove();
  await shop.close();
  remove();
});

test("a Worker signs a guest in within a request, by the name of the package", async () => {
  const answer = await fetch(workerd.urls.guest);
  assert.equal(answer.status, 200, workerd.printed());
  const { status, session } = await answer.json();
  assert.equal(status, 200);
  assert.equal(session.subject, "guest");
});
