// @ts-check
/** A tab of the shop, as a shopper opens, duplicates, leaves and closes it. */

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {{ auth: TokenClient, makeClient: (own?: object) => TokenClient, told: string[], add: (product: string) => Promise<number>, list: () => Promise<string[]>, browse: (pause: number) => void, stopBrowsing: () => Promise<Record<string, number>> }} Shop */

export class Tab {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {Error[]} */
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(error));
  }

  /** A tab that was opened by hand: its sessionStorage is empty. @param {BrowserContext} context @param {string} url */
  static async open(context, url) {
    const tab = new Tab(await context.newPage());
    await tab.goto(url);
    return tab;
  }

  /** @param {string} url */
  async goto(url) {
    await this.page.goto(url);
    await this.ready();
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  ready() {
    return this.page.waitForFunction(() => "auth" in window);
  }

  /** A copy of it: its sessionStorage is copied. */
  duplicate() {
    return this.#opens(() => this.page.evaluate(() => void window.open(location.href)));
  }

  /** Its link in a tab of its own, whose sessionStorage is empty. */
  ctrlClick() {
    return this.#opens(() => this.page.click("#link", { modifiers: ["Control"] }));
  }

  /** @param {() => Promise<unknown>} act */
  async #opens(act) {
    const [page] = await Promise.all([this.page.context().waitForEvent("page"), act()]);
    const tab = new Tab(page);
    await tab.ready();
    return tab;
  }

  /** @param {import("storefront-token-client").GetAccessTokenOptions} [options] */
  token(options) {
    return this.#shop(({ auth }, options) => auth.getAccessToken(options), options);
  }

  session() {
    return this.#shop(({ auth }) => auth.getSession());
  }

  /** @param {{ username: string, password: string }} user */
  signIn(user) {
    return this.#shop(({ auth }, user) => auth.signIn(user), user);
  }

  signOut() {
    return this.#shop(({ auth }) => auth.signOut());
  }

  lacks() {
    return this.#shop(({ auth }) => auth.lacks);
  }

  /** What its client has told so far. */
  told() {
    return this.#shop(({ told }) => told);
  }

  /** @param {string} product */
  add(product) {
    return this.#shop(({ add }, product) => add(product), product);
  }

  list() {
    return this.#shop(({ list }) => list());
  }

  /** @param {number} pause milliseconds */
  browse(pause) {
    return this.#shop(({ browse }, pause) => browse(pause), pause);
  }

  stopBrowsing() {
    return this.#shop(({ stopBrowsing }) => stopBrowsing());
  }

  /** Waits until it has told this. @param {string} word */
  tells(word) {
    return this.page.waitForFunction((word) => /** @type {any} */ (window).told.includes(word), word);
  }

  /** As Chromium does with a tab in the background, at some time. */
  freeze = () => this.#lifecycle("frozen");
  thaw = () => this.#lifecycle("active");

  /** @param {"frozen" | "active"} state */
  async #lifecycle(state) {
    this.devtools ??= await this.page.context().newCDPSession(this.page);
    await this.devtools.send("Page.setWebLifecycleState", { state });
  }

  close() {
    return this.page.close();
  }

  /**
   * @template Result, Argument
   * @param {(shop: Shop, argument: Argument) => Result} act
   * @param {Argument} [argument]
   * @returns {Promise<Awaited<Result>>}
   */
  #shop(act, argument) {
    const script = `([argument]) => (${act})(window, argument)`;
    // A function can be sent, but not one that names another.
    return this.page.evaluate(`(${script})([${JSON.stringify(argument)}])`);
  }
}
