// @ts-check
import { after, before, describe } from "node:test";
import { browseShop } from "./browsing.js";
import { lostSessionStories } from "./lost-session-stories.js";
import { openShop } from "./shop.js";
import { launchFirefox, launchWebKit } from "./webdriver.js";

describe("in Chromium, a page that finds no session, although the page before in this tab had one,", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();
  lostSessionStories({
    shop,
    hasNavigation: true,
    async openOrigin(t) {
      const { context } = await openWindow(t);
      return { url: shop.url, newTab: () => context.newPage() };
    },
  });
});

const DRIVEN = [
  { name: "Firefox", launch: launchFirefox, hasNavigation: true },
  { name: "WebKit", launch: launchWebKit, hasNavigation: false },
];
for (const { name, launch, hasNavigation } of DRIVEN)
  describe(`in ${name}, a page that finds no session, although the page before in this tab had one,`, { timeout: 400_000 }, async () => {
    const shop = await openShop();
    /** @type {import("./webdriver.js").WebDriver} */
    let browser;
    before(async () => {
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await shop.close();
    });
    let origins = 0;
    lostSessionStories({
      shop,
      hasNavigation,
      async openOrigin(t) {
        t.after(() => shop.reset());
        // An origin of its own: the shop responds to any host name.
        const url = shop.url.replace("127.0.0.1", `lost-${++origins}.localhost`);
        return { url, newTab: () => browser.open(url + "/pages/naive.js") };
      },
    });
  });
