// @ts-check
/**
 * The package, packed once and installed as its users do it, in every host that it is for: the same stories in each.
 * `HOST=Vite` plays those whose name has that in it.
 *
 * # Layout
 *
 * - `hosts`: one file for each kind, with what it builds or starts.
 * - `app`: the shop's app, the same for all, over the stories of tests/npm.
 * - project.js: the folder that a host gets, and the programs that run in it. ways.js: how the stories are played.
 * - package.json: the hosts themselves, and their versions.
 */
import { after, describe, test } from "node:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { Project, here } from "./project.js";
import { closeBrowser } from "./runners.js";

/**
 * @typedef {object} Host
 * @property {string} name
 * @property {(project: Project) => Promise<import("./runners.js").Tests>} open
 */

const { modules, remove } = install();
// Under this folder, so that a project finds its tools as if they were its own.
const field = mkdtempSync(join(here, ".field-"));
after(async () => {
  await closeBrowser();
  remove();
  rmSync(field, { recursive: true, force: true });
});

const files = readdirSync(join(here, "hosts")).sort();
const kinds = await Promise.all(files.map((file) => import(`./hosts/${file}`)));
/** @type {Host[]} */
const hosts = kinds.flatMap(({ hosts }) => hosts);
const wanted = hosts.filter(({ name }) => name.includes(process.env.HOST ?? ""));

// What takes long is waiting, in most of them.
describe("the package", { concurrency: 3 }, () => {
  for (const { name, open } of wanted)
    test(`in ${name}`, { timeout: 300_000, concurrency: 1 }, async (t) => {
      const folder = join(field, name.replaceAll(/\W+/g, "-").toLowerCase());
      const shop = await startStorefront({ pages: folder });
      const project = new Project(folder, modules, shop);
      t.after(async () => {
        await project.end();
        await shop.close();
      });
      for (const [promise, play] of Object.entries(await open(project))) await t.test(promise, play);
    });
});
