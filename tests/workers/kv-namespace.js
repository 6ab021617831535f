// @ts-check
/**
 * A KV namespace as workerd speaks to one, by HTTP. A part of ours and not miniflare's, since that shows every write at
 * once and takes as many as come; here a test says what is seen by whom, as in a network where writes take a minute.
 */
import { once } from "node:events";
import { createServer } from "node:http";

export async function startNamespace() {
  /** @type {Map<string, string>} */
  let items = new Map();
  /** What readings show, where writes are not seen yet. @type {Map<string, string> | undefined} */
  let shown;
  /** @type {{ method: string, expirationTtl: string | null }[]} */
  const log = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    response.shouldKeepAlive = false;
    const { pathname, searchParams } = new URL(request.url ?? "", "http://kv");
    const key = decodeURIComponent(pathname);
    const { method = "" } = request;
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    log.push({ method, expirationTtl: searchParams.get("expiration_ttl") });
    if (status !== 200) return void response.writeHead(status).end();
    if (method === "PUT") items.set(key, text);
    if (method === "DELETE") items.delete(key);
    const item = (shown ?? items).get(key);
    if (method === "GET" && item === undefined) response.writeHead(404).end();
    else response.end(method === "GET" ? item : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    size: () => items.size,
    /** From now on nobody sees what is written. */
    freeze: () => (shown = new Map(items)),
    /** @param {number} answer */
    fail: (answer) => (status = answer),
    reset() {
      items = new Map();
      shown = undefined;
      status = 200;
      log.length = 0;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
