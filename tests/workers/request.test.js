// @ts-check
// One client for each request of a Worker. What it promises in any host is told in stories.test.js.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { startDisk } from "./disk-server.js";
import { openDoor } from "./door.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const shop = await startStorefront();
const disk = await startDisk();
/** To the token endpoint. */
const door = await openDoor(shop.url);
const revocation = await openDoor();
/** What tells a visitor to go away. */
const leave = await openDoor();
after(async () => {
  for (const { close } of [door, revocation, leave, disk]) close();
  await shop.close();
  remove();
});

const vars = {
  TOKEN_ENDPOINT: shop.tokenEndpoint.replace(shop.url, door.url),
  REVOCATION_ENDPOINT: revocation.url,
  CLIENT_ID: /** @type {string} */ (shop.clientId),
  USERNAME: shop.username,
  PASSWORD: shop.password,
  STORAGE: disk.url,
};

for (const compatibilityDate of ["2024-09-01", "2026-08-01"])
  describe(`a client of one request, at ${compatibilityDate}`, () => {
    const worker = { entry: join(import.meta.dirname, "request.worker.js"), vars, compatibilityDate };
    const visitor = { entry: join(import.meta.dirname, "visitor.worker.js"), vars: { GO_AWAY: leave.url }, compatibilityDate };
    /** @type {import("../../www/edge/workerd.js").Workerd} */
    let workerd;
    before(async () => {
      const workers = {
        worker,
        cut: { ...worker, vars: { ...vars, CUT: "yes" } },
        visitor: { ...visitor, services: { WORKER: "worker" } },
        "visitor of cut": { ...visitor, services: { WORKER: "cut" } },
      };
      workerd = await startWorkerd(workers, { modules });
    });
    after(async () => {
      assert.doesNotMatch(workerd.printed(), /hung|never complete|on behalf of a different request/);
      await workerd.remove();
    });
    beforeEach(() => shop.reset());

    /** @param {string} path @param {string} [name] */
    const ask = async (path, name = "worker") => {
      const answer = await fetch(workerd.urls[name] + path);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${workerd.printed()}`);
      return answer.json();
    };
    /** A visitor goes away while their request has a refresh under way. @param {string} visitor */
    const goAwayInRefresh = async (visitor) => {
      leave.shut();
      door.shut();
      const here = door.knock();
      const answer = fetch(`${workerd.urls[visitor]}/refresh`);
      await here;
      await leave.open();
      assert.equal(await (await answer).text(), "gone");
      await door.open();
    };

    test("signs in, and signs out with a revocation", async () => {
      assert.equal((await ask("/sign-in")).subject, "user");
      const revoked = revocation.knock();
      assert.equal(await ask("/sign-out"), null);
      assert.match((await revoked).body, /^token=/);
      assert.equal(await ask("/session"), null);
    });

    test("stores what a refresh has given whose visitor went away meanwhile", async () => {
      const { id } = await ask("/sign-in");
      const written = disk.written();
      await goAwayInRefresh("visitor");
      await written;
      assert.equal((await ask("/session")).id, id);
      assert.equal(typeof (await ask("/refresh")), "string");
      assert.deepEqual([shop.counts.refreshes, shop.counts.refused], [2, 0]);
    });

    test("leaves that to a waitUntil of the application's, where there is one", async () => {
      await ask("/sign-in", "cut");
      await goAwayInRefresh("visitor of cut");
      assert.equal((await ask("/refresh", "cut")).code, "login_required");
      assert.notEqual(await ask("/waited", "cut"), 0);
    });

    test("says in the platform's words that global scope is too early", async () => {
      assert.match(await ask("/early"), /^Disallowed operation called within global scope/);
    });

    test("sets no timer for a refresh", async () => {
      await ask("/sign-in");
      // A quarter of a second is how long a wait pauses.
      const long = (await ask("/timers")).filter((/** @type {number} */ time) => time > 250);
      assert.deepEqual(long, []);
    });
  });
