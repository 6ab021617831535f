// @ts-check
/** The embedded storefront, controlled over HTTP: a scenario runs in another process, or in a page. */
export class RemoteStorefront {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }
  /** @param {object} settings */
  set = (settings) => this.#post("settings", settings);
  reset = () => this.#post("reset", {});
  /** @param {object} [selection] */
  revoke = (selection = {}) => this.#post("revoke", selection);

  async counts() {
    const response = await fetch(`${this.url}/_storefront/state`);
    return (await response.json()).counts;
  }

  /** @param {string} command @param {object} body */
  async #post(command, body) {
    const response = await fetch(`${this.url}/_storefront/${command}`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
  }
}
