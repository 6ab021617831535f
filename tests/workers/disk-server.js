// @ts-check
/** A place for one text, which a Worker reaches over HTTP and a test at once. */
import { createServer } from "node:http";
import { listen } from "../support/loopback.js";

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
  const { url, close } = await listen(server);
  /** What is written next. @returns {Promise<string | undefined>} */
  const written = () => new Promise((resolve) => listening.push(resolve));
  return { url, text: () => kept, written, close };
}
