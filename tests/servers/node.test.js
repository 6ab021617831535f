// @ts-check
import { after, before, describe, test } from "node:test";
import { importPacked } from "./packed.js";
import { rows } from "./rows.js";
import { play, storiesAt } from "./story.js";

const { client, remove } = await importPacked();
after(remove);

// Together, since most of their time is the client's: it does not refresh twice within a second.
describe("in Node", { concurrency: true }, () => {
  for (const { name, supports, start } of rows)
    describe(name, { concurrency: 1 }, () => {
      /** @type {import("./rows.js").Started} */
      let server;
      before(async () => {
        server = await start();
      });
      after(() => server?.close());

      for (const story of storiesAt(supports)) test(story, { timeout: 30_000 }, () => play(client, story, server));
    });
});
