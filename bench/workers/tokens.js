// A session of one shopper in a Worker, written by hand.
import { env } from "cloudflare:workers";

const KEY = "tokens";

export class Tokens {
  #tokens;

  constructor(storage) {
    this.storage = storage;
  }

  async get() {
    this.#tokens ??= JSON.parse((await this.storage?.getItem(KEY)) ?? "null");
    if (!this.#tokens || Date.now() >= this.#tokens.expiresAt) await this.#signIn();
    return this.#tokens.accessToken;
  }

  async #signIn() {
    const body = new URLSearchParams({ grant_type: "password", username: "guest", password: "guest", client_id: env.CLIENT_ID });
    const response = await fetch(env.TOKEN_ENDPOINT, { method: "POST", headers: { accept: "application/json" }, body });
    if (!response.ok) throw new Error(`The token endpoint says ${response.status}.`);
    const { access_token: accessToken, refresh_token: refreshToken, expires_in } = await response.json();
    this.#tokens = { accessToken, refreshToken, expiresAt: Date.now() + expires_in * 1000 };
    await this.storage?.setItem(KEY, JSON.stringify(this.#tokens));
  }
}
