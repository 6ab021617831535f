// @ts-check
// Firefox and WebKit, driven by the WebDriver protocol, without a bundler. Chromium without a bundler is in tests/npm.
import { fileURLToPath } from "node:url";
import { byWebDriver } from "../runners.js";

const DIST = "./node_modules/storefront-token-client/dist";
const IMPORTS = { "storefront-token-client": `${DIST}/index.js`, "storefront-token-client/slim": `${DIST}/slim.js` };

// 'unsafe-inline' is for the import map.
const PAGE = `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'">
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="./page.js"></script>
`;

const GECKODRIVER = fileURLToPath(new URL("../../../.tools/bin/geckodriver", import.meta.url));
const FIREFOX = { "moz:firefoxOptions": { binary: process.env.FIREFOX ?? "/usr/bin/firefox-esr", args: ["-headless"] } };

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Firefox",
    async open(project) {
      project.write("index.html", PAGE);
      return byWebDriver(project, FIREFOX, (port) => [GECKODRIVER, "--port", port]);
    },
  },
  {
    name: "WebKit",
    async open(project) {
      project.write("index.html", PAGE);
      // It has no headless mode of its own.
      return byWebDriver(project, {}, (port) => ["xvfb-run", "--auto-servernum", "WebKitWebDriver", `--port=${port}`]);
    },
  },
];
