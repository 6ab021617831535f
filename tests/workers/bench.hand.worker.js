// The same as bench.client.worker.js by hand: a password grant with fetch, kept in memory until it is over.
import { env } from "cloudflare:workers";

class Tokens {
  #token;
  #until = 0;

  async get() {
    if (Date.now() >= this.#until) {
      const body = new URLSearchParams({ grant_type: "password", username: "guest", password: "guest", client_id: env.CLIENT_ID });
      const answer = await fetch(env.TOKEN_ENDPOINT, { method: "POST", headers: { accept: "application/json" }, body });
      if (!answer.ok) throw new Error(`The token endpoint says ${answer.status}.`);
      const { access_token, refresh_token, expires_in } = await answer.json();
      this.#token = { access_token, refresh_token };
      this.#until = Date.now() + expires_in * 1000;
    }
    return this.#token.access_token;
  }
}

const held = [];

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/memory") return Response.json(0);
    const count = Number(searchParams.get("count") ?? 1);
    const clients = Array.from({ length: count }, () => new Tokens());
    const tokens = await Promise.all(clients.map((tokens) => tokens.get()));
    held.push(...clients);
    return Response.json(tokens.length);
  },
};
