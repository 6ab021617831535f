// @ts-check
/** A fetch for a client, which records the token requests and can hold one back. */

/** @typedef {{ reached: Promise<void>, release: () => void }} Held */

export class RecordingFetch {
  /** The parameters of each token request, oldest first. @type {Record<string, string>[]} */
  sent = [];
  /** @type {{ grant: string, arrive: () => void, released: Promise<void> } | null} */
  #hold = null;

  /** @type {typeof globalThis.fetch} */
  fetch = async (input, init) => {
    const request = new Request(input, init);
    const parameters = Object.fromEntries(new URLSearchParams(await request.clone().text()));
    if (parameters.grant_type) await this.#pass(parameters);
    return fetch(request);
  };

  /** Holds the next request of a grant back before it is sent. @param {string} grant @returns {Held} */
  hold(grant) {
    let [arrive, release] = [() => {}, () => {}];
    const reached = new Promise((resolve) => (arrive = () => resolve(undefined)));
    const released = new Promise((resolve) => (release = () => resolve(undefined)));
    this.#hold = { grant, arrive, released };
    return { reached, release };
  }

  /** @param {Record<string, string>} parameters */
  async #pass(parameters) {
    this.sent.push(parameters);
    const hold = this.#hold;
    if (hold?.grant !== parameters.grant_type) return;
    this.#hold = null;
    hold.arrive();
    await hold.released;
  }
}
