// @ts-check
// A Worker that passes an API's response on, by `session.respond()`: the browser can read it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { assertForBrowser, codings, receive, startEncodedApi } from "../support/encoded-api.js";
import { install } from "../support/package.js";

const DATES = ["2024-09-01", "2026-08-01"];

const { modules, remove } = install();
const api = await startEncodedApi();
const worker = {
  entry: join(import.meta.dirname, "fixtures", "passing-on.worker.js"),
  vars: { API: api.url },
  classes: ["TokenCoordinator"],
  objects: { SESSIONS: "TokenCoordinator" },
};
const workerd = await startWorkerd(Object.fromEntries(DATES.map((compatibilityDate) => [compatibilityDate, { ...worker, compatibilityDate }])), { modules });
after(async () => {
  await workerd.remove();
  api.close();
  remove();
});

for (const date of DATES)
  for (const session of ["browser", "server"])
    describe(`with ${session}Session (${date}), a browser`, () => {
      for (const coding of codings)
        test(`can read a response that the API sent ${coding ? `with the coding ${coding}` : "as it is"}`, async () => {
          const headers = await receive(`${workerd.urls[date]}/${session}`, coding);
          assertForBrowser(headers);
          assert.equal(headers["content-encoding"] ?? "", coding, "the body is passed on as it came");
        });
    });
