// @ts-check
/** A tab of the shop, as a shopper opens, duplicates, leaves and closes it. */

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {{ auth: TokenClient, makeClient: (own?: object) => TokenClient, told: string[], add: (product: string) => Promise<number>, list: () => Promise<string[]>, browse: (pause: number) => void, stopBrowsing: () => Promise<Record<string, number>> }} Shop */

export class Tab {
  /** @param {Page} page @param {import("playwright-core").Frame} [frame] where the shop is, if not in all of it */
  constructor(page, frame = page.mainFrame()) {
    this.page = page;
    this.frame = frame;
  }

  /** A tab that was opened by hand: its sessionStorage is empty. @param {BrowserContext} context @param {string} url */
  static async open(context, url) {
    const tab = new Tab(await context.newPage());
    await tab.goto(url);
    return tab;
  }

  /** The shop in a frame of the page at the URL. @param {BrowserContext} context @param {string} url */
  static async openFrame(context, url) {
    const page = await context.newPage();
    const [frame] = await Promise.all([page.waitForEvent("frameattached"), page.goto(url)]);
    const tab = new Tab(page, frame);
    await tab.ready();
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
    return this.frame.waitForFunction(() => "auth" in window);
  }

  /** A copy of it: its sessionStorage is copied. */
  duplicate() {
    return this.#opens(() => this.frame.evaluate(() => void window.open(location.href)));
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

  /** Why it cannot have a newer token, if so. @returns {Promise<string | undefined>} */
  refusal() {
    return this.#shop(({ auth }) => auth.getAccessToken({ forceRefresh: true }).then(() => undefined, ({ code }) => code));
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

  /** The key of its session in its storage. */
  async key() {
    const [key] = await this.frame.evaluate(() => Object.keys(sessionStorage));
    return key;
  }

  /** What its client has stored. @returns {Promise<Record<string, any>>} */
  record() {
    return this.frame.evaluate(() => JSON.parse(Object.values(sessionStorage)[0]));
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
    return this.frame.waitForFunction((word) => /** @type {any} */ (window).told.includes(word), word);
  }

  /** Follows a link in the same tab. @param {string} path */
  async leave(path) {
    const url = new URL(path, this.page.url()).href;
    await this.frame.evaluate((url) => void (location.href = url), url);
    await this.page.waitForURL(url);
    await this.ready();
  }

  /** Goes back, to a page that comes out of the back/forward cache. */
  async back() {
    const before = this.page.url();
    await this.frame.evaluate(() => history.back());
    await this.page.waitForURL((url) => url.href !== before, { waitUntil: "commit" });
    await this.frame.waitForFunction(() => /** @type {any} */ (window).shown === "persisted");
  }

  close() {
    return this.page.close();
  }

  /**
   * Has it act with what the page put into its window.
   *
   * @template Result, Argument
   * @param {(shop: Shop, argument: Argument) => Result} act
   * @param {Argument} [argument]
   * @returns {Promise<Awaited<Result>>}
   */
  #shop(act, argument) {
    const script = `([argument]) => (${act})(window, argument)`;
    // A function can be sent, but not one that names another.
    return this.frame.evaluate(`(${script})([${JSON.stringify(argument)}])`);
  }
}
