// @ts-check
// Which server receives the token after a redirect. Until 2025-09-01, workerd sends it along to any origin.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { recordingServer, recordingShop } from "../support/origins.js";
import { install } from "../support/package.js";

const DATES = ["2024-09-01", "2025-08-01", "2026-08-01"];
/** Keeps the token, whatever the date is. */
const KEEPS = { compatibilityDate: "2026-08-01", compatibilityFlags: ["retain_authorization_on_cross_origin_redirect"] };

const { modules, remove } = install();
const other = await recordingServer(() => ({ body: "landing" }));
const shop = await recordingShop(() => ({ status: 302, headers: { location: `${other.url}/landing` } }));

describe("in workerd, a redirect to another origin", () => {
  const entry = join(import.meta.dirname, "fixtures", "bearer.worker.js");
  const vars = { TOKEN_ENDPOINT: shop.tokenEndpoint };
  const dated = DATES.map((compatibilityDate) => [compatibilityDate, { entry, vars, compatibilityDate }]);
  const workers = Object.fromEntries([...dated, ["the flag that keeps the token", { entry, vars, ...KEEPS }]]);
  /** @type {import("../../www/edge/workerd.js").Workerd} */
  let workerd;
  before(async () => {
    workerd = await startWorkerd(workers, { modules });
  });
  after(async () => {
    await workerd.remove();
    shop.close();
    other.close();
    remove();
  });
  beforeEach(() => {
    shop.received.length = 0;
    other.received.length = 0;
  });

  /** @param {string} worker @param {object} given */
  const ask = async (worker, given) => {
    const body = JSON.stringify({ url: `${shop.url}/api`, method: "GET", allowed: [shop.url], ...given });
    const response = await fetch(workerd.urls[worker], { method: "POST", body });
    if (response.status !== 200) throw new Error(workerd.printed());
    return response.json();
  };
  const arrived = () => other.received.map(({ method, headers }) => [method, headers.authorization]);

  for (const worker of Object.keys(workers))
    for (const own of [false, true])
      test(`arrives there without the token, with ${own ? "an application's fetch" : "the runtime's fetch"}, at ${worker}`, async () => {
        assert.deepEqual(await ask(worker, { own }), { status: 200, redirected: true, body: "landing" });
        assert.match(String(shop.calls()[0].headers.authorization), /^Bearer access-/);
        assert.deepEqual(arrived(), [["GET", undefined]]);
        assert.equal((await ask(worker, { own, method: "POST" })).status, 200);
        assert.deepEqual([shop.calls().length, arrived()], [2, [["GET", undefined], ["GET", undefined]]]);
      });

  test("arrives there with the token if the origin is allowed and the client follows it, not the runtime", async () => {
    await ask("2024-09-01", { allowed: [shop.url, other.url] });
    assert.match(String(other.received[0].headers.authorization), /^Bearer access-/);
  });
});
