// @ts-check
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { clients, startStorefront, users } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { scenarios } from "../support/scenarios.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const shop = await startStorefront();
const setting = {
  url: shop.url,
  clientId: clients.storefront.id,
  user: { username: users.alice.username, password: users.alice.password },
};
/** The oldest has no `cache` in RequestInit, no FinalizationRegistry, and promises that do not come back to their request. */
const DATES = ["2024-09-01", "2025-08-01", "2026-08-01"];
const entry = join(import.meta.dirname, "fixtures", "scenarios.worker.js");
const workerd = await startWorkerd(
  Object.fromEntries(DATES.map((compatibilityDate) => [compatibilityDate, { entry, compatibilityDate }])),
  { modules },
);
after(async () => {
  await workerd.remove();
  await shop.close();
  remove();
});

for (const date of DATES)
  describe(`within a request of a Worker, at ${date}`, () => {
    for (const name of Object.keys(scenarios))
      test(name, async () => {
        const response = await fetch(workerd.urls[date], { method: "POST", body: JSON.stringify({ name, setting }) });
        assert.equal(await response.text(), "");
      });
    after(() => assert.doesNotMatch(workerd.printed(), /hung|never complete|on behalf of a different request/));
  });
