/**
 * A Worker that makes clients: `/` one with a session of its own, `/?count=50` so many, `/stored` one whose session is in
 * a storage that responds later, as a Durable Object's does. It holds all but the last kind.
 *
 * @template Client
 * @param {object} library
 * @param {(storage?: object) => Client} library.start
 * @param {(client: Client) => Promise<string>} library.token
 * @param {(client: Client) => void} library.end
 * @param {() => number} library.memory bytes of WebAssembly
 */
export function serveSessions({ start, token, end, memory }) {
  const held = [];
  const texts = new Map();
  const storage = {
    getItem: async (key) => texts.get(key) ?? null,
    setItem: async (key, text) => void texts.set(key, text),
    removeItem: async (key) => void texts.delete(key),
  };
  return {
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/memory") return Response.json(memory());
      if (pathname === "/stored") {
        const client = start(storage);
        const { length } = await token(client);
        end(client);
        return Response.json(length);
      }
      const clients = Array.from({ length: Number(searchParams.get("count") ?? 1) }, () => start());
      const tokens = await Promise.all(clients.map(token));
      held.push(...clients);
      return Response.json(tokens.length);
    },
  };
}
