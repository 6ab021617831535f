// @ts-check
import { after, before, describe, test } from "node:test";
import { importPackage } from "../support/package.js";
import { rows } from "./server-matrix.js";
import { play, scenariosAt } from "./scenario.js";

const { client, remove } = await importPackage();
after(remove);

// All servers run at once, because each test mostly waits: a client refreshes once a second at most.
describe("in Node", { concurrency: true }, () => {
  for (const { name, supports, start, missing } of rows)
    describe(missing ? `${name} (${missing})` : name, { concurrency: 1, skip: missing !== undefined }, () => {
      /** @type {import("./server-matrix.js").Started} */
      let server;
      before(async () => {
        server = await start();
      });
      after(() => server?.close());

      for (const scenario of scenariosAt(supports)) test(scenario, { timeout: 400_000 }, () => play(client, scenario, server));
    });
});
