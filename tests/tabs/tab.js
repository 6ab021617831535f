// @ts-check
/** A tab of the shop, driven by Playwright. */

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {{ auth: TokenClient, makeClient: (own?: object) => TokenClient, events: string[], expiries: number[], add: (product: string) => Promise<number>, list: () => Promise<string[]>, browse: (pause: number) => void, stopBrowsing: () => Promise<Record<string, number>> }} Shop */

export class Tab {
  /** @param {Page} page @param {import("playwright-core").Frame} [frame]  with the shop; the main frame if left out */
  constructor(page, frame = page.mainFrame()) {
    this.page = page;
    this.frame = frame;
  }

  /** Opens a tab with an empty sessionStorage. @param {BrowserContext} context @param {string} url */
  static async open(context, url) {
    const tab = new Tab(await context.newPage());
    await tab.goto(url);
    return tab;
  }

  /** Opens a page that has the shop in a frame. @param {BrowserContext} context @param {string} url */
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

  /** Opens a duplicate, with a copy of sessionStorage. */
  duplicate() {
    return this.#opens(() => this.frame.evaluate(() => void window.open(location.href)));
  }

  /** Opens the page's link by Ctrl-click, with an empty sessionStorage. */
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

  /** Forces a refresh, and gives the code of its error, if any. @returns {Promise<string | undefined>} */
  refreshError() {
    return this.#shop(({ auth }) => auth.getAccessToken({ forceRefresh: true }).then(() => undefined, ({ code }) => code));
  }

  session() {
    return this.#shop(({ auth }) => auth.getSession());
  }

  /** @param {{ username: string, password: string }} user */
  signIn({ username, password }) {
    return this.#shop(({ auth }, user) => auth.signIn(user), { username, password });
  }

  signInAsGuest() {
    return this.#shop(({ auth }) => auth.signInAsGuest());
  }

  signOut() {
    return this.#shop(({ auth }) => auth.signOut());
  }

  lacks() {
    return this.#shop(({ auth }) => auth.lacks);
  }

  /** The key of the session in sessionStorage. */
  async key() {
    const [key] = await this.frame.evaluate(() => Object.keys(sessionStorage));
    return key;
  }

  /** The record that the client has stored. @returns {Promise<Record<string, any>>} */
  record() {
    return this.frame.evaluate(() => JSON.parse(Object.values(sessionStorage)[0]));
  }

  /** The reasons and outcomes of the client's events so far. */
  events() {
    return this.#shop(({ events }) => events);
  }

  /** When the tokens expire that this tab has got by a refresh. */
  expiries() {
    return this.#shop(({ expiries }) => expiries);
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

  /** Waits until this tab sees a sign-out in the origin's storage; the browser takes a moment to show it. */
  seesSignOut() {
    return this.page.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith(" signed-out")));
  }

  /** Waits for an event with this reason or outcome. @param {string} name */
  hasEvent(name) {
    return this.frame.waitForFunction((name) => /** @type {any} */ (window).events.includes(name), name);
  }

  /** Follows a link in the same tab. @param {string} path */
  async leave(path) {
    const url = new URL(path, this.page.url()).href;
    await this.frame.evaluate((url) => void (location.href = url), url);
    await this.page.waitForURL(url);
    await this.ready();
  }

  /** Goes back, and waits until the page is restored from the back/forward cache. */
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
   * Runs a function in the page, with the page's window.
   *
   * @template Result, Argument
   * @param {(shop: Shop, argument: Argument) => Result} act
   * @param {Argument} [argument]
   * @returns {Promise<Awaited<Result>>}
   */
  #shop(act, argument) {
    const script = `([argument]) => (${act})(window, argument)`;
    // As text, since Playwright cannot pass a function as an argument.
    return this.frame.evaluate(`(${script})([${JSON.stringify(argument)}])`);
  }
}
