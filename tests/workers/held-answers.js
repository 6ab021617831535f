// @ts-check
/** A proxy before a shop that can hold its answers: the shop has done its work, and nobody has heard of it yet. */
import { once } from "node:events";
import { createServer } from "node:http";

/** @param {string} target */
export async function holdAnswers(target) {
  /** @type {{ before: boolean, left: Promise<void>, wait: () => Promise<void> } | undefined} */
  let holding;
  const server = createServer(async (request, response) => {
    // A connection that is kept may be closed just when it is used again.
    response.shouldKeepAlive = false;
    const { method = "GET", headers, url } = request;
    if (url === "/left") {
      await holding?.left;
      response.end();
      return;
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const hold = holding;
    if (hold?.before) await hold.wait();
    // The caller has died meanwhile.
    if (response.closed) return;
    const type = headers["content-type"] ?? "";
    const answer = await fetch(target, { method, headers: { "Content-Type": type }, body: body.length ? body : null });
    const text = await answer.text();
    await hold?.wait();
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("content-type") ?? "" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    /**
     * Holds what is answered from now on, or `before` it is asked: `arrived` tells that there is something. `leave` has
     * `/left` answered, which tells a Worker that its request is to end.
     */
    hold({ before = false } = {}) {
      const arrived = deferred();
      const released = deferred();
      const left = deferred();
      const wait = () => (arrived.settle(), released.promise);
      holding = { before, left: left.promise, wait };
      const release = () => {
        holding = undefined;
        released.settle();
      };
      return { arrived: arrived.promise, release, leave: left.settle };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function deferred() {
  let settle = () => {};
  const promise = /** @type {Promise<void>} */ (new Promise((resolve) => (settle = resolve)));
  return { promise, settle };
}
