#!/usr/bin/env bash
# Node's fetch sends a request over an idle connection that the server is just closing. It then rejects with UND_ERR_SOCKET
# although the request has arrived, and no member of the error differs from that of a request that was lost. With the header
# `connection: close` on each request, none meets such a connection. Needs node.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat > check.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:net";

const IDLE = 1000;

/** Answers each POST request, and closes a connection that was idle for a second, as Starman does. */
async function listen() {
  const counts = { arrived: 0 };
  const server = createServer((socket) => {
    let idle;
    socket.on("error", () => {}).on("data", () => {
      clearTimeout(idle);
      counts.arrived += 1;
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
      idle = setTimeout(() => socket.end(), IDLE);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, counts, url: `http://127.0.0.1:${server.address().port}/` };
}

/** Sends twenty requests, each about when the server closes the connection of the one before. */
async function send(headers) {
  const { server, counts, url } = await listen();
  const errors = [];
  for (let request = 0; request < 20; request += 1) {
    try {
      await (await fetch(url, { method: "POST", body: "a=b", headers })).text();
    } catch ({ cause }) {
      errors.push({ code: cause.code, syscall: cause.syscall, bytesRead: cause.socket?.bytesRead > 0 });
    }
    const next = performance.now() + IDLE - 2 + request / 4;
    await new Promise((resolve) => setTimeout(resolve, IDLE - 20));
    while (performance.now() < next) await new Promise(setImmediate);
  }
  server.close();
  return { ...counts, rejected: errors.length, errors: [...new Set(errors.map((error) => JSON.stringify(error)))] };
}

console.log("Node", process.versions.node, "undici", process.versions.undici);
const [kept, closed] = await Promise.all([send({}), send({ connection: "close" })]);
console.log("idle connections:", kept);
console.log("connection: close:", closed);
if (kept.rejected === 0 || closed.rejected > 0) throw new Error("the behaviour has changed, or the moment was missed: run it again");
process.exit();
JS
node check.mjs
