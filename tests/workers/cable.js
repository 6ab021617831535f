// @ts-check
/** A cable to a server, which a test cuts: those at both ends live on, and may connect again. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** @param {string} url */
export async function layCable(url) {
  const { hostname, port } = new URL(url);
  /** @type {Set<import("node:net").Socket>} */
  const ends = new Set();
  const cut = () => ends.forEach((end) => end.destroy());
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [end, other] of [[near, far], [far, near]]) {
      ends.add(end);
      end.pipe(other);
      end.on("error", () => {}).on("close", () => (ends.delete(end), other.destroy()));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    close() {
      server.close();
      cut();
    },
  };
}
