// @ts-check
/** The authorization server, which accepts each refresh token once. */

/** @typedef {{ access: string, refresh: string, family: string }} Tokens */
/** @typedef {{ name: string, generation: number, isRevoked: boolean, mayBeLost: boolean }} Family the tokens of one grant */

export class Server {
  /** @type {Map<string, Family>} */
  #families = new Map();

  /** @param {import("./world.js").World} world */
  constructor(world) {
    this.world = world;
  }

  /** @param {string} refresh */
  familyOf(refresh) {
    return this.#families.get(refresh.split(".")[0]);
  }

  /** @param {string} refresh */
  revoke(refresh) {
    const family = this.familyOf(refresh);
    if (family) family.isRevoked = true;
  }

  /**
   * One exchange: null if the server does not accept the refresh token, undefined if the response is lost.
   * @param {import("./request.js").Request} request @param {string} [refresh]
   * @returns {Promise<Tokens | null | undefined>}
   */
  async exchange(request, refresh) {
    const { clock, invariants } = this.world;
    const done = refresh === undefined ? () => {} : invariants.sent(request, refresh);
    const delay = () => clock.wait(1 + request.random() ** 3 * 20_000);
    await delay();
    if (refresh !== undefined) request.sent.push(refresh);
    if (refresh !== undefined && request.isDead) this.lose(refresh);
    const tokens = refresh === undefined ? this.#grant() : this.#refresh(refresh);
    await delay();
    const isLost = request.isDead || request.random() < request.loss;
    if (isLost && refresh !== undefined) this.lose(refresh);
    done();
    if (request.isDead) await new Promise(() => {});
    return isLost ? undefined : tokens;
  }

  /** The response for this token may be lost. @param {string} refresh */
  lose(refresh) {
    const family = this.familyOf(refresh);
    if (family) family.mayBeLost = true;
  }

  #grant() {
    const family = { name: `family${this.#families.size}`, generation: 0, isRevoked: false, mayBeLost: false };
    this.#families.set(family.name, family);
    return this.#tokens(family);
  }

  /** @param {string} refresh */
  #refresh(refresh) {
    const family = this.familyOf(refresh);
    if (!family || family.isRevoked || refresh !== this.#tokens(family).refresh) return null;
    family.generation += 1;
    return this.#tokens(family);
  }

  /** @param {Family} family @returns {Tokens} */
  #tokens({ name, generation }) {
    return { family: name, access: `${name}.access.${generation}`, refresh: `${name}.refresh.${generation}` };
  }
}
