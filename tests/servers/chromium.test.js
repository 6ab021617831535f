// @ts-check
/** A selection of the stories, from a page of another origin: each server allows it by the means that it has. */
import { after, before, describe, test } from "node:test";
import { openPages } from "./in-page.js";
import { rows } from "./rows.js";
import { stories, storiesAt } from "./story.js";

const pages = await openPages();
after(() => pages.close());

describe("in Chromium", { concurrency: true }, () => {
  for (const { name, supports, start } of rows.filter(({ inPages }) => inPages))
    describe(name, { concurrency: 1 }, () => {
      /** @type {import("./rows.js").Started} */
      let server;
      before(async () => {
        server = await start([pages.origin]);
      });
      after(() => server?.close());

      for (const story of storiesAt(supports).filter((each) => stories[each].inPages))
        test(story, { timeout: 30_000 }, () => pages.play(story, server));
    });
});
