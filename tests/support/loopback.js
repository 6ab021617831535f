// @ts-check
/** HTTP servers of tests, on a free port of loopback. */
import { once } from "node:events";

/**
 * @param {import("node:http").Server} server
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}
