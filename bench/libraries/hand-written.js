// What an application needs at least, written by hand for it alone: one refresh at a time, tokens that are kept in a storage,
// and a second try after a 401. It does nothing about tabs, sign-outs, failures or guests.

const KEY = "tokens";

class Tokens {
  #tokens;
  #refreshing;

  constructor({ tokenEndpoint, clientId, storage }) {
    Object.assign(this, { tokenEndpoint, clientId, storage });
    this.#tokens = JSON.parse(storage?.getItem(KEY) ?? "null");
  }

  signIn({ username, password }) {
    return this.#exchange({ grant_type: "password", username, password });
  }

  async getAccessToken() {
    if (!this.#tokens || Date.now() >= this.#tokens.expiresAt) await this.refresh();
    return this.#tokens.accessToken;
  }

  refresh() {
    const { refreshToken } = this.#tokens;
    this.#refreshing ??= this.#exchange({ grant_type: "refresh_token", refresh_token: refreshToken }).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async fetch(input, init) {
    const send = async () => {
      const request = new Request(input, init);
      request.headers.set("authorization", `Bearer ${await this.getAccessToken()}`);
      return fetch(request);
    };
    const response = await send();
    if (response.status !== 401) return response;
    await this.refresh();
    return send();
  }

  async #exchange(parameters) {
    const body = new URLSearchParams({ ...parameters, client_id: this.clientId });
    const response = await fetch(this.tokenEndpoint, { method: "POST", headers: { accept: "application/json" }, body });
    if (!response.ok) throw new Error(`The token endpoint says ${response.status}.`);
    const { access_token: accessToken, refresh_token: refreshToken, expires_in } = await response.json();
    this.#tokens = { accessToken, refreshToken, expiresAt: Date.now() + expires_in * 1000 };
    this.storage?.setItem(KEY, JSON.stringify(this.#tokens));
  }
}

/** @param {import("../types.js").Place} place @returns {import("../types.js").Client} */
export function open({ user, ...place }) {
  const tokens = new Tokens(place);
  return { signIn: () => tokens.signIn(user), token: () => tokens.getAccessToken(), fetch: tokens.fetch.bind(tokens) };
}
