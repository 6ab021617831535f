// What an application needs at least, written by hand for it alone: one refresh at a time, tokens that are kept in a storage,
// and a second try after a 401. It does nothing about tabs, sign-outs, failures or guests.

export const KEY = "tokens";

export class Tokens {
  #refreshing;

  constructor({ tokenEndpoint, clientId, storage }) {
    Object.assign(this, { tokenEndpoint, clientId, storage });
    this.tokens = JSON.parse(storage?.getItem(KEY) ?? "null");
  }

  signIn({ username, password }) {
    return this.exchange({ grant_type: "password", username, password });
  }

  async getAccessToken() {
    if (!this.tokens || Date.now() >= this.tokens.expiresAt) await this.refresh();
    return this.tokens.accessToken;
  }

  refresh() {
    const { refreshToken } = this.tokens;
    this.#refreshing ??= this.exchange({ grant_type: "refresh_token", refresh_token: refreshToken }).finally(() => (this.#refreshing = undefined));
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

  /** Sends a request to the token endpoint, and keeps the tokens of the response. @param {Record<string, string>} parameters */
  async exchange(parameters) {
    const body = new URLSearchParams({ ...parameters, client_id: this.clientId });
    const response = await fetch(this.tokenEndpoint, { method: "POST", headers: { accept: "application/json" }, body });
    if (!response.ok) throw new Error(`The token endpoint says ${response.status}.`);
    const { access_token: accessToken, refresh_token: refreshToken, expires_in } = await response.json();
    this.tokens = { accessToken, refreshToken, expiresAt: Date.now() + expires_in * 1000 };
    this.store(this.tokens);
  }

  /** @param {object} tokens */
  store(tokens) {
    this.storage?.setItem(KEY, JSON.stringify(tokens));
  }
}

/** @param {typeof Tokens} Class @returns {(place: import("../types.js").Place) => import("../types.js").Client} */
export const opener = (Class) => ({ user, ...place }) => {
  const tokens = new Class(place);
  return { signIn: () => tokens.signIn(user), token: () => tokens.getAccessToken(), fetch: tokens.fetch.bind(tokens) };
};

export const open = opener(Tokens);
