// @ts-check
/** Some of the scenarios, from a page of another origin, which each server allows by its own CORS configuration. */
import { after, before, describe, test } from "node:test";
import { openPages } from "./pages.js";
import { rows } from "./server-matrix.js";
import { scenarios, scenariosAt } from "./scenario.js";

const pages = await openPages();
after(() => pages.close());

describe("in Chromium", { concurrency: true }, () => {
  for (const { name, supports, start } of rows.filter(({ inPages }) => inPages))
    describe(name, { concurrency: 1 }, () => {
      /** @type {import("./server-matrix.js").Started} */
      let server;
      before(async () => {
        server = await start([pages.origin]);
      });
      after(() => server?.close());

      for (const scenario of scenariosAt(supports).filter((each) => scenarios[each].inPages))
        test(scenario, { timeout: 400_000 }, () => pages.play(scenario, server));
    });
});
