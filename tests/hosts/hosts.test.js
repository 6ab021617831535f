// @ts-check
/**
 * Installs the packed package in every host that it supports, and plays the same scenarios in each. `HOST=Vite` selects
 * the hosts with that in their name.
 *
 * # Layout
 *
 * - `hosts`: one file for each kind of host, which builds or starts the app.
 * - `app`: the app, the same for all hosts, which plays the scenarios of tests/support.
 * - project.js: the folder of a host, and the programs that run there.
 * - runners.js: the ways of playing the scenarios: in a page, in a server, in a program, in a test runner.
 * - package.json: the hosts and their versions.
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
// In this folder, so that a project finds the tools of this folder's node_modules.
const projects = mkdtempSync(join(here, ".projects-"));
after(async () => {
  await closeBrowser();
  remove();
  rmSync(projects, { recursive: true, force: true });
});

const files = readdirSync(join(here, "hosts")).sort();
const kinds = await Promise.all(files.map((file) => import(`./hosts/${file}`)));
/** @type {Host[]} */
const hosts = kinds.flatMap(({ hosts }) => hosts);
const wanted = hosts.filter(({ name }) => name.includes(process.env.HOST ?? ""));

// Three hosts run at a time, because each mostly waits.
describe("the package", { concurrency: 3 }, () => {
  for (const { name, open } of wanted)
    test(`in ${name}`, { timeout: 400_000, concurrency: 1 }, async (t) => {
      const folder = join(projects, name.replaceAll(/\W+/g, "-").toLowerCase());
      const shop = await startStorefront({ pages: folder });
      const project = new Project(folder, modules, shop);
      t.after(async () => {
        await project.end();
        await shop.close();
      });
      for (const [promise, play] of Object.entries(await open(project))) await t.test(promise, play);
    });
});
