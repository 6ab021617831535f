// @ts-check
/** Pages for browsers that can import the installed package, and the embedded storefront that serves them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startStorefront } from "../../www/storefront/index.js";
import { install, root } from "./package.js";

/**
 * The package is served at /modules/storefront-token-client, and the folder `tests` at /tests.
 *
 * @param {Record<string, string>} files  the text of each page, by its name
 */
export async function servePages(files) {
  const { modules, remove } = install();
  const pages = mkdtempSync(join(tmpdir(), "pages-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(pages, name)), { recursive: true });
    writeFileSync(join(pages, name), text);
  }
  const shop = await startStorefront({ pages, mounts: { "/modules/": modules, "/tests/": join(root, "tests") } });
  const close = async () => {
    await shop.close();
    remove();
    rmSync(pages, { recursive: true, force: true });
  };
  return { shop, close };
}
