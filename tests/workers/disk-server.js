// @ts-check
/** A place for one text, which a Worker reaches over HTTP and a test at once. */
import { once } from "node:events";
import { createServer } from "node:http";

export async function startDisk() {
  /** @type {string | undefined} */
  let kept;
  /** @type {((text?: string) => void)[]} */
  const listening = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    if (request.method === "PUT") kept = text;
    if (request.method === "DELETE") kept = undefined;
    if (request.method === "PUT") for (const heard of listening.splice(0)) heard(kept);
    response.writeHead(kept === undefined ? 404 : 200).end(kept);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  /** What is written next. @returns {Promise<string | undefined>} */
  const written = () => new Promise((resolve) => listening.push(resolve));
  return { url: `http://127.0.0.1:${port}`, text: () => kept, written, close };
}
