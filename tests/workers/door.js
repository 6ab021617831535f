// @ts-check
/** The way to a server, which a test shuts and opens: it knows what has arrived, and when that goes on. */
import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {Awaited<ReturnType<typeof openDoor>>} Door */

/** @param {string} [server] its origin; if there is none, everything is answered with 204 */
export async function openDoor(server) {
  let isOpen = Promise.resolve();
  let open = () => {};
  /** @type {Set<Promise<unknown>>} what is not answered yet */
  const underWay = new Set();
  /** @type {((request: { body: string, headers: import("node:http").IncomingHttpHeaders }) => void)[]} */
  const listening = [];
  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  const pass = async (request, response) => {
    const body = await textOf(request);
    for (const heard of listening.splice(0)) heard({ body, headers: request.headers });
    await isOpen;
    const answer = server === undefined ? new Response(null, { status: 204 }) : await fetch(server + request.url, initOf(request, body));
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(await answer.text());
  };
  const door = createServer((request, response) => {
    const passing = pass(request, response).finally(() => underWay.delete(passing));
    underWay.add(passing);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (door.address());
  return {
    url: `http://127.0.0.1:${port}`,
    shut() {
      isOpen = new Promise((resolve) => (open = () => resolve(undefined)));
    },
    /** Fulfilled when the server has answered all that had waited. */
    async open() {
      open();
      await Promise.all(underWay);
    },
    /** The next request is here. */
    knock: () =>
      new Promise((/** @type {(request: { body: string, headers: import("node:http").IncomingHttpHeaders }) => void} */ resolve) =>
        listening.push(resolve),
      ),
    close() {
      door.close();
      door.closeAllConnections();
    },
  };
}

/** @param {import("node:http").IncomingMessage} request */
async function textOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

/** @param {import("node:http").IncomingMessage} request @param {string} body @returns {RequestInit} */
function initOf({ method, headers }, body) {
  const { "content-type": type = "text/plain", authorization = "" } = headers;
  return { method, headers: { "content-type": type, authorization }, ...(body && { body }) };
}
