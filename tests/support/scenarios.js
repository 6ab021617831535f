// @ts-check
/**
 * What the package promises, as scenarios that run in any host: they control the embedded storefront over HTTP and
 * import nothing of a host.
 *
 * @typedef {typeof import("storefront-token-client")} Package
 * @typedef {import("storefront-token-client").TokenClientOptions} Options
 * @typedef {import("storefront-token-client").TokenClient} Client
 * @typedef {{ url: string, clientId: string, user: { username: string, password: string } }} Setting
 * @typedef {{ open: (options?: Partial<Options>) => Client, shop: RemoteStorefront, TokenClient: any, TokenError: Package["TokenError"] } & Setting} World
 */
import { equal, memory, rejection, thrown, until } from "./assertions.js";
import { RemoteStorefront } from "./remote-storefront.js";

/** @type {Record<string, (world: World) => Promise<void>>} */
export const scenarios = {
  async "creates one guest for the first calls, however many there are"({ open, shop, url }) {
    const auth = open();
    equal(auth.session, null);
    const responses = await Promise.all([1, 2, 3].map(() => auth.fetch(`${url}/api/shoppinglists`)));
    equal(
      responses.map(({ status }) => status),
      [200, 200, 200],
    );
    equal(auth.session?.subject, "guest");
    equal((await shop.counts()).guests, 1);
  },

  async "carries the guest's shopping list over at sign-in"({ open, shop, user, url }) {
    const auth = open();
    await addToList(auth, url, "3");
    const session = await auth.signIn(user);
    equal(session.subject, "user");
    equal(await listOf(auth, url), ["3"]);
    equal((await shop.counts()).merges, 1);
  },

  async "keeps the guest and the shopping list when the password is wrong"({ open, shop, user, url }) {
    const auth = open();
    await addToList(auth, url, "5");
    const before = auth.session;
    const error = await rejection(auth.signIn({ ...user, password: "wrong" }));
    equal(error.code, "invalid_credentials");
    equal(auth.session, before);
    equal(await listOf(auth, url), ["5"]);
    equal((await shop.counts()).guests, 1);
  },

  async "sends one refresh when ten thousand calls want a token and the old one has expired"({ open, shop }) {
    await shop.set({ accessLifetime: 1 });
    const auth = open({ refresh: "on-demand" });
    const old = await auth.getAccessToken();
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    await shop.set({ accessLifetime: 3600 });
    const tokens = await Promise.all(Array.from({ length: 10_000 }, () => auth.getAccessToken()));
    equal(new Set(tokens).size, 1);
    equal(tokens[0] === old, false);
    const { refreshRequests, tokenRequests } = await shop.counts();
    equal([refreshRequests, tokenRequests], [1, 2]);
  },

  async "sends rejected requests again, after one refresh for all of them at each revocation"({ open, shop, url }) {
    const auth = open();
    await auth.getAccessToken();
    for (const refreshes of [1, 2, 3]) {
      await shop.revoke({ accessTokens: true });
      const responses = await Promise.all([1, 2, 3].map(() => auth.fetch(`${url}/api/shoppinglists`)));
      equal(
        responses.map(({ status }) => status),
        [200, 200, 200],
      );
      equal((await shop.counts()).refreshRequests, refreshes);
    }
  },

  async "reports each change of the session with its reason"({ open, user, shop }) {
    const auth = open();
    /** @type {string[]} */
    const changes = [];
    const off = auth.on("sessionchange", ({ reason, session }) => changes.push(`${reason} ${session?.subject ?? "nobody"}`));
    await auth.getAccessToken();
    await shop.revoke();
    await auth.getAccessToken({ forceRefresh: true });
    await auth.signIn(user);
    await auth.signOut();
    equal(changes, [
      "guest-created guest",
      "refresh-rejected nobody",
      "guest-replaced guest",
      "signed-in user",
      "signed-out nobody",
    ]);
    off();
    await auth.getAccessToken();
    equal(changes.length, 5);
  },

  async "rejects with a TokenError that has a code and holds no secret"({ open, user, TokenError }) {
    const auth = open({ guest: false });
    const nobody = await rejection(auth.getAccessToken());
    equal(nobody.code, "login_required");
    const error = await rejection(auth.signIn({ ...user, password: "open sesame" }));
    equal([error instanceof TokenError, error instanceof Error, error.name], [true, true, "TokenError"]);
    equal([error.code, error.transient, typeof error.status, typeof error.error], [
      "invalid_credentials",
      false,
      "number",
      "string",
    ]);
    const shown = [JSON.stringify(error), String(error), error.stack].join();
    equal(shown.includes("sesame"), false);
    equal(JSON.parse(JSON.stringify(error)).code, "invalid_credentials");
  },

  async "has no token in its session"({ open }) {
    const auth = open();
    const token = await auth.getAccessToken();
    equal(JSON.stringify(auth.session).includes(token), false);
    equal(Object.keys(auth.session ?? {}).sort(), ["expiresAt", "id", "refreshTokenExpiresAt", "scope", "subject"]);
  },

  async "rejects every call with `disposed` after it was disposed of"({ open, url }) {
    const auth = open();
    await auth.getAccessToken();
    const dispose = /** @type {any} */ (auth).dispose.bind(auth);
    for (const end of [dispose, dispose, Symbol.dispose && auth[Symbol.dispose].bind(auth)]) {
      end?.();
      for (const call of [auth.getAccessToken(), auth.signInAsGuest(), auth.signOut(), auth.getSession()])
        equal((await rejection(call)).code, "disposed");
      equal((await rejection(auth.fetch(`${url}/api/shoppinglists`))).code, "disposed");
    }
  },

  async "has a fetch that works without the client as its receiver"({ open, url }) {
    const auth = open();
    const { fetch } = auth;
    equal(fetch === auth.fetch, true);
    equal((await fetch(`${url}/api/shoppinglists`)).status, 200);
  },

  async "sends the token to allowed origins only"({ open }) {
    /** @type {string[]} */
    const asked = [];
    const auth = open({ fetch: async (input, init) => (asked.push(String(input)), fetch(input, init)) });
    await auth.getAccessToken();
    const before = asked.length;
    equal((await rejection(auth.fetch("https://elsewhere.example/"))).code, "origin_not_allowed");
    equal(asked.length, before);
  },

  async "sends any user name and password unchanged"({ open }) {
    const odd = `"quoted" & = % + é 😀 \\ \n${"x".repeat(10_000)}`;
    /** @type {Record<string, string>} */
    let sent = {};
    const auth = open({
      guest: false,
      fetch: async (input, init) => {
        sent = parameters(await new Request(input, init).text());
        return new Response('{"error":"invalid_grant"}', { status: 400, headers: { "Content-Type": "application/json" } });
      },
    });
    equal((await rejection(auth.signIn({ username: odd, password: odd }))).code, "invalid_credentials");
    equal([sent.grant_type, sent.username, sent.password], ["password", odd, odd]);
  },

  async "rejects malformed credentials without a request"({ open, shop }) {
    const auth = open({ guest: false });
    const wrong = [undefined, null, "alice", {}, { username: "alice" }, { username: 1, password: "p" }, { username: "a", password: {} }];
    for (const credentials of wrong) {
      const error = await rejection(auth.signIn(/** @type {any} */ (credentials)));
      equal([error.code, credentials], ["invalid_argument", credentials]);
    }
    equal((await shop.counts()).tokenRequests, 0);
  },

  async "names the invalid option in its error"({ TokenClient, TokenError, url }) {
    const good = { tokenEndpoint: `${url}/oauth2-token`, server: "oro", clientId: "shop" };
    for (const [name, value] of BAD_OPTIONS) {
      const error = thrown(() => new TokenClient({ ...good, [name]: value }));
      equal([error instanceof TokenError, error.code, value], [true, "invalid_option", value]);
      equal([error.message.includes(name), error.message], [true, error.message]);
    }
    for (const options of [undefined, null, good.tokenEndpoint])
      equal(thrown(() => new TokenClient(options)).code, "invalid_option");
  },

  async "keeps the session after every response that does not reject the refresh token"({ open, shop }) {
    for (const [fault, code] of BAD_RESPONSES) {
      await shop.reset();
      const records = memory();
      const first = open({ storage: records });
      await first.getAccessToken();
      first.dispose();
      // Short only for the response that never comes: on a busy machine, another may take seconds.
      const auth = open({ storage: records, ...(code === "timeout" && { timeout: 500 }) });
      await auth.getSession();
      const before = [auth.session?.id, ...records.entries()];
      await shop.set({ fault });
      const error = await rejection(auth.getAccessToken({ forceRefresh: true }));
      equal([fault, error.code, error.transient], [fault, code, true]);
      equal([fault, auth.session?.id, ...records.entries()], [fault, ...before]);
      auth.dispose();
    }
  },

  async "accepts any `expires_in`, and sends two requests at most"({ open, shop }) {
    for (const expiresIn of LIFETIMES) {
      await shop.reset();
      await shop.set({ expiresIn });
      const auth = open();
      equal([expiresIn, typeof (await auth.getAccessToken())], [expiresIn, "string"]);
      const { tokenRequests } = await shop.counts();
      equal([expiresIn, tokenRequests <= 2], [expiresIn, true]);
    }
  },

  async "goes on if the stored record cannot be used, and sets another client's aside"({ open }) {
    for (const [record, aside] of [["garbage"], ["[]"], ["null"], ["{}", "{}"], ['{"version":99}', '{"version":99}']]) {
      const records = memory([["shop", record]]);
      const auth = open({ storage: records, storageKey: "shop" });
      /** @type {unknown[]} */
      const reasons = [];
      auth.on("sessionchange", ({ reason, error }) => reasons.push([reason, error?.code]));
      await auth.getAccessToken();
      equal([record, new Map(records.entries()).get("shop set aside")], [record, aside]);
      const isSetAside = reasons.some((reason) => String(reason) === "record-set-aside,unusable_record");
      equal([record, isSetAside], [record, aside !== undefined]);
    }
  },

  async "keeps another client's record if the storage cannot set it aside"({ open }) {
    const foreign = '{"version":99}';
    const refuse = () => false;
    const fail = () => {
      throw new Error("full");
    };
    for (const setAside of [refuse, fail]) {
      const records = memory([["shop", foreign]]);
      const setItem = (/** @type {string} */ key, /** @type {string} */ text) => (key === "shop" ? records.setItem(key, text) : setAside());
      const auth = open({ storage: { ...records, setItem }, storageKey: "shop" });
      /** @type {string[]} */
      const reasons = [];
      auth.on("sessionchange", ({ reason }) => reasons.push(reason));
      equal(typeof (await auth.getAccessToken()), "string");
      equal(auth.lacks.includes("storage"), true);
      await auth.signOut();
      equal([reasons, [...records.entries()]], [["guest-created", "signed-out"], [["shop", foreign]]]);
    }
  },

  async "rejects with `storage_failed` when the storage throws"({ open }) {
    const fail = () => {
      throw new Error("full");
    };
    const auth = open({ storage: { getItem: fail, setItem: fail, removeItem: fail } });
    equal((await rejection(auth.getAccessToken())).code, "storage_failed");
  },

  async "restores its session from a storage"({ open, shop }) {
    const records = memory();
    const first = open({ storage: records });
    const token = await first.getAccessToken();
    const second = open({ storage: records });
    equal(await second.getSession(), first.session);
    equal(await second.getAccessToken(), token);
    equal((await shop.counts()).tokenRequests, 1);
  },
};

/** @type {[string, unknown][]} */
const BAD_OPTIONS = [
  ["tokenEndpoint", undefined],
  ["tokenEndpoint", "/oauth2-token"],
  ["tokenEndpoint", "ftp://shop.example/token"],
  ["tokenEndpoint", "http://shop.example/token"],
  ["tokenEndpoint", 5],
  ["server", "orocommerce"],
  ["server", 5],
  ["clientId", 5],
  ["clientSecret", {}],
  ["scope", ["read"]],
  ["guest", 1],
  ["guest", "guest"],
  ["storage", "cookie"],
  ["storage", {}],
  ["storage", { getItem() {}, setItem() {} }],
  ["storageKey", 5],
  ["refresh", "never"],
  ["refreshLeadTime", "60"],
  ["timeout", -1],
  ["timeout", Number.NaN],
  ["allowedOrigins", "https://shop.example"],
  ["allowedOrigins", ["shop.example"]],
  ["revocationEndpoint", "http://shop.example/revoke"],
  ["fetch", "fetch"],
];

/** @type {[object, string][]} */
const BAD_RESPONSES = [
  [{ kind: "drop-before" }, "network"],
  [{ kind: "drop-after" }, "network"],
  [{ kind: "hang" }, "timeout"],
  [{ kind: "429", retryAfter: 60 }, "rate_limited"],
  [{ kind: "500" }, "server_unavailable"],
  [{ kind: "503" }, "server_unavailable"],
  [{ kind: "html" }, "invalid_answer"],
  [{ kind: "html-403" }, "invalid_answer"],
  [{ kind: "redirect" }, "invalid_answer"],
  [{ kind: "truncated" }, "invalid_answer"],
  [{ kind: "empty" }, "invalid_answer"],
  [{ kind: "array" }, "invalid_answer"],
  [{ kind: "huge" }, "invalid_answer"],
  [{ kind: "garbage-token", variant: "missing" }, "invalid_answer"],
  [{ kind: "garbage-token", variant: "number" }, "invalid_answer"],
  [{ kind: "garbage-token", variant: "empty" }, "invalid_answer"],
  [{ kind: "garbage-token", variant: "line-breaks" }, "invalid_answer"],
];

const LIFETIMES = ["omit", null, "3600", 0, -5, 1.5, { raw: "1e300" }, { raw: "9223372036854775807" }];

/**
 * Resets the storefront, and plays a scenario.
 *
 * @param {Pick<Package, "TokenClient" | "TokenError">} client
 * @param {string} name
 * @param {Setting} setting
 */
export async function play({ TokenClient, TokenError }, name, setting) {
  const shop = new RemoteStorefront(setting.url);
  await shop.reset();
  /** @type {Client[]} */
  const opened = [];
  /** @param {Partial<Options>} [options] */
  const open = (options) => {
    const { url, clientId } = setting;
    const own = { tokenEndpoint: `${url}/oauth2-token`, server: /** @type {const} */ ("oro"), clientId, guest: true };
    const auth = new TokenClient({ ...own, storage: "memory", ...options });
    opened.push(auth);
    return auth;
  };
  await scenarios[name]({ ...setting, shop, open, TokenClient, TokenError });
  for (const auth of opened) /** @type {any} */ (auth).dispose();
}

/** @param {Client} auth @param {string} url @param {string} product */
async function addToList(auth, url, product) {
  const response = await auth.fetch(`${url}/api/shoppinglistitems`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ product }),
  });
  equal(response.status, 201);
}

/** @param {Client} auth @param {string} url @returns {Promise<string[]>} the products on the list */
async function listOf(auth, url) {
  const response = await auth.fetch(`${url}/api/shoppinglists`);
  const { data } = await response.json();
  return data.flatMap((/** @type {any} */ list) => list.attributes.items.map((/** @type {any} */ item) => item.attributes.product.id));
}

/** The parameters of a token request, from JSON or a form. @param {string} body */
function parameters(body) {
  return body.startsWith("{") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
}
