// @ts-check
/** The storefront at the edge: the Worker of `worker` in the real workerd, before the embedded storefront. */
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { clients, startStorefront } from "../storefront/index.js";
import { startWorkerd } from "./workerd.js";

const HOST = "127.0.0.1";

/** DEMO VALUE: anybody who knows it can make cookies that the Worker accepts. */
const COOKIE_SECRET = "demo-secret-of-the-cookies-of-the-edge";

/** A lifetime short enough to see a refresh. */
const SETTINGS = { accessLifetime: 20 };

/**
 * @param {object} [options]
 * @param {number} [options.port] 0, the default: any that is free
 * @param {import("../storefront/index.js").Options["settings"]} [options.settings] of the storefront
 * @param {number} [options.limit] of sign-ins and new guests in a minute
 */
export async function startEdge({ port = 0, settings = {}, limit = 100 } = {}) {
  const url = `http://${HOST}:${await freePort(port)}`;
  const shop = await startStorefront({
    pages: new URL("worker/public/", import.meta.url),
    mounts: { "/pkg/": new URL("../../dist/", import.meta.url) },
    // The page that has a client of its own asks the shop's API itself.
    settings: { ...SETTINGS, apiCors: { allowOrigins: [url], allowHeaders: ["authorization"] }, ...settings },
  });
  const worker = {
    entry: fileURLToPath(new URL("worker/index.js", import.meta.url)),
    vars: {
      SHOP: shop.url,
      CLIENT_ID: clients.confidential.id,
      CLIENT_SECRET: clients.confidential.secret,
      COOKIE_SECRET,
    },
    classes: ["TokenCoordinator"],
    objects: { SESSIONS: "TokenCoordinator" },
    remotes: { ASSETS: shop.url },
    services: { LIMITER: "limiter" },
  };
  const limiter = { entry: fileURLToPath(new URL("limiter.worker.js", import.meta.url)), vars: { LIMIT: String(limit) } };
  const start = (/** @type {{ folder?: string }} */ again = {}) => startWorkerd({ edge: worker, limiter }, { urls: { edge: url }, ...again });
  let workerd = await start().catch(async (error) => {
    await shop.close();
    throw error;
  });
  return {
    url,
    shop,
    /** Kills workerd as a crash would, and starts it again over the same disk. */
    async crash() {
      await workerd.kill();
      workerd = await start({ folder: workerd.folder });
    },
    printed: () => workerd.printed(),
    async close() {
      await workerd.remove();
      await shop.close();
    },
  };
}

/** A port that is free; fails if the one that is wanted is in use, which workerd only writes into its log. @param {number} wanted @returns {Promise<number>} */
async function freePort(wanted) {
  const server = createServer().listen(wanted, HOST);
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

// `node www/edge/start.js` does what `npm start -- --workerd` does.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.argv.push("--workerd");
  import(import.meta.resolve("../start.js"));
}
