// @ts-check
/**
 * What becomes of a session at a server that is not ours, told so that Node and a browser's page can both play it:
 * nothing is imported, and the server is reached over HTTP and through its administrator's few acts.
 *
 * @typedef {typeof import("storefront-token-client")} Package
 * @typedef {import("storefront-token-client").TokenClient} Client
 * @typedef {import("storefront-token-client").TokenClientOptions} Options
 *
 * @typedef {object} Supports  what is particular to a server
 * @property {{ status: number, error?: string, ends?: boolean }} replay  its answer to a refresh token that was used
 *   before, and whether that ends the session
 * @property {boolean} [refreshesOnce]   it takes the refresh token and gives no other
 * @property {boolean} [refreshTokensForEver]  their lives do not end
 * @property {string} [wrongPassword]    the client's code for it; `invalid_credentials` where left out
 * @property {boolean} [anyClient]       it knows no clients
 * @property {boolean} [clientSecret]    the client has one
 * @property {boolean} [revocation]      there is a revocation endpoint (RFC 7009)
 *
 * @typedef {object} Facts  what can be known of a running server
 * @property {string} name
 * @property {Options} options           those that the client needs at this server
 * @property {string} [revocationEndpoint]
 * @property {string} apiUrl             a resource that names its user
 * @property {string} username
 * @property {string} password
 * @property {Supports} supports
 *
 * @typedef {object} Acts
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} start              where it was before, with what it knew
 * @property {(seconds: number) => Promise<void>} accessLifetime  of the tokens issued from now on
 * @property {() => Promise<void>} endAccessTokens    and no refresh token
 * @property {() => Promise<void>} revokeRefreshTokens
 * @property {() => Promise<void>} expireRefreshTokens
 * @property {() => Promise<number>} tokenRequests    how many there were
 *
 * @typedef {Facts & Acts} Server
 * @typedef {{ username: string, password: string }} User
 * @typedef {{ server: Server, open: (options?: Partial<Options>) => Client, user: User }} World
 *
 * @typedef {object} Story
 * @property {(supports: Supports) => boolean} [when]  where it can happen; everywhere if left out
 * @property {boolean} [inPages]  it is played in a browser too
 * @property {(world: World) => Promise<void>} play
 */

/** @type {Record<string, Story>} */
export const stories = {
  "signs in, and refreshes five times": {
    when: ({ refreshesOnce }) => !refreshesOnce,
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      const { id, subject } = await auth.signIn(user);
      const tokens = [await auth.getAccessToken()];
      for (let time = 0; time < 5; time += 1) tokens.push(await auth.getAccessToken({ forceRefresh: true }));
      equal([subject, auth.session?.id, new Set(tokens).size], ["user", id, 6]);
      equal(await nameAtApi(auth, server), [200, true]);
    },
  },

  "ends honestly where the server takes the refresh token and gives no other": {
    when: ({ refreshesOnce = false }) => refreshesOnce,
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await auth.getAccessToken({ forceRefresh: true });
      equal(await nameAtApi(auth, server), [200, true]);
      await endsOnce(auth, server);
    },
  },

  "lives with the replay of a refresh token that was used before": {
    when: ({ refreshesOnce }) => !refreshesOnce,
    async play({ server, open, user }) {
      const { sent, auth } = recorded(open);
      await auth.signIn(user);
      await auth.getAccessToken({ forceRefresh: true });
      const { status, error, ends } = server.supports.replay;
      const answer = await fetch(sent[1].url, sent[1].init);
      equal([answer.status, (await answer.json()).error], [status, error]);
      if (ends) await endsOnce(auth, server);
      else equal(typeof (await auth.getAccessToken({ forceRefresh: true })), "string");
    },
  },

  "tells that a password is wrong, and loses nothing by it": {
    async play({ server, open, user }) {
      const auth = open();
      const due = server.supports.wrongPassword ?? "invalid_credentials";
      const wrong = { ...user, password: "wrong" };
      equal([(await rejection(auth.signIn(wrong))).code, auth.session], [due, null]);
      const session = await auth.signIn(user);
      const token = await auth.getAccessToken();
      equal((await rejection(auth.signIn(wrong))).code, due);
      equal([auth.session, (await auth.getAccessToken()) === token], [session, true]);
      equal(await nameAtApi(auth, server), [200, true]);
    },
  },

  "tells a client that the server does not know from a password that is wrong": {
    when: ({ anyClient }) => !anyClient,
    async play({ open, user }) {
      const auth = open({ clientId: "stranger" });
      const { code, transient, error } = await rejection(auth.signIn(user));
      equal([code, transient, error], ["client_rejected", false, "invalid_client"]);
    },
  },

  "keeps a session while the server refuses the client's secret": {
    when: ({ clientSecret = false }) => clientSecret,
    async play({ open, user }) {
      const kept = { storage: memory(), storageKey: "shop" };
      const first = open(kept);
      const session = await first.signIn(user);
      first.dispose();
      const wrong = open({ ...kept, clientSecret: "wrong" });
      const { code, error } = await rejection(wrong.getAccessToken({ forceRefresh: true }));
      equal([code, error, wrong.session], ["client_rejected", "invalid_client", session]);
      wrong.dispose();
      equal(typeof (await open(kept).getAccessToken({ forceRefresh: true })), "string");
    },
  },

  "ends once, and says why, when the server has ended the session": {
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.revokeRefreshTokens();
      await endsOnce(auth, server);
      equal((await auth.signIn(user)).subject, "user");
    },
  },

  "ends once, and says why, when the refresh token's own life is over": {
    when: ({ refreshTokensForEver }) => !refreshTokensForEver,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.expireRefreshTokens();
      await endsOnce(auth, server);
    },
  },

  "asks once when two hundred want a token and the old one is over": {
    inPages: true,
    async play({ server, open, user }) {
      // Some round down what is left, and a life of nothing is another story.
      await server.accessLifetime(2);
      const auth = open({ refresh: "on-demand" });
      await auth.signIn(user);
      const old = await auth.getAccessToken();
      await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
      await server.accessLifetime(3600);
      const before = await server.tokenRequests();
      const tokens = await Promise.all(Array.from({ length: 200 }, () => auth.getAccessToken()));
      equal([new Set(tokens).size, tokens[0] === old], [1, false]);
      equal((await server.tokenRequests()) - before, 1);
      equal(await nameAtApi(auth, server), [200, true]);
    },
  },

  "keeps its session while the server is down, and goes on when it is back": {
    async play({ server, open, user }) {
      const records = memory();
      const auth = open({ storage: records });
      const session = await auth.signIn(user);
      const token = await auth.getAccessToken();
      const record = records.entries();
      await server.stop();
      const error = await rejection(auth.getAccessToken({ forceRefresh: true }));
      equal([error.code, error.transient], ["network", true]);
      equal([auth.session, records.entries(), (await auth.getAccessToken()) === token], [session, record, true]);
      await server.start();
      const fresh = await auth.getAccessToken({ forceRefresh: true });
      equal([auth.session?.id, fresh === token], [session.id, false]);
      equal(await nameAtApi(auth, server), [200, true]);
    },
  },

  "refreshes once for all when the API refuses the token": {
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.endAccessTokens();
      const before = await server.tokenRequests();
      const answers = await Promise.all(Array.from({ length: 20 }, () => nameAtApi(auth, server)));
      equal(answers, Array(20).fill([200, true]));
      equal((await server.tokenRequests()) - before, 1);
    },
  },

  "goes on from its storage without a request": {
    async play({ server, open, user }) {
      const records = memory();
      const first = open({ storage: records });
      const session = await first.signIn(user);
      const token = await first.getAccessToken();
      first.dispose();
      const before = await server.tokenRequests();
      const second = open({ storage: records });
      equal([await second.getSession(), (await second.getAccessToken()) === token], [session, true]);
      equal((await server.tokenRequests()) - before, 0);
    },
  },

  "signs out at the server too": {
    when: ({ revocation = false }) => revocation,
    async play({ server, open, user }) {
      const { revocationEndpoint } = server;
      const records = memory();
      const { sent, auth } = recorded((own) => open({ revocationEndpoint, storage: records, ...own }));
      await auth.signIn(user);
      const copy = open({ storage: memory(records.entries()) });
      equal((await copy.getSession())?.subject, "user");
      await auth.signOut();
      await until(() => sent.at(-1)?.status !== 0);
      equal([sent.at(-1)?.url, sent.at(-1)?.status], [revocationEndpoint, 200]);
      await endsOnce(copy, server);
    },
  },
};

/** The names of the stories that can happen at a server. @param {Supports} supports */
export const storiesAt = (supports) => Object.keys(stories).filter((name) => stories[name].when?.(supports) ?? true);

/**
 * Plays a story at a server.
 *
 * @param {Pick<Package, "TokenClient">} client
 * @param {string} name
 * @param {Server} server
 */
export async function play({ TokenClient }, name, server) {
  /** @type {Client[]} */
  const opened = [];
  /** @param {Partial<Options>} [options] */
  const open = (options) => {
    const auth = new TokenClient({ storage: "memory", ...server.options, ...options });
    opened.push(auth);
    return auth;
  };
  const { username, password } = server;
  await stories[name].play({ server, open, user: { username, password } });
  for (const auth of opened) auth.dispose();
}

/**
 * The session ends at the next refresh, with its reason, and from then on nobody is asked.
 *
 * @param {Client} auth
 * @param {Server} server
 */
async function endsOnce(auth, server) {
  /** @type {unknown[]} */
  const told = [];
  auth.on("sessionchange", ({ reason, session, error }) => told.push([reason, session, error?.code]));
  const before = await server.tokenRequests();
  const errors = [];
  for (let time = 0; time < 3; time += 1) errors.push(await rejection(auth.getAccessToken({ forceRefresh: true })));
  equal(
    errors.map(({ code, transient }) => [code, transient]),
    Array(3).fill(["login_required", false]),
  );
  equal([auth.session, told], [null, [["refresh-rejected", null, "login_required"]]]);
  equal((await server.tokenRequests()) - before, 1);
}

/**
 * What the API says to the client: its status, and whether it names the user.
 *
 * @param {Client} auth
 * @param {Server} server
 */
async function nameAtApi(auth, { apiUrl, username }) {
  const answer = await auth.fetch(apiUrl);
  return [answer.status, (await answer.text()).includes(username)];
}

/**
 * A client whose requests can be repeated as they were; their status is 0 until they are answered.
 *
 * @param {World["open"]} open
 */
function recorded(open) {
  /** @type {{ url: string, init: RequestInit, status: number }[]} */
  const sent = [];
  /** @type {typeof globalThis.fetch} */
  const spy = async (input, { signal, ...init } = {}) => {
    const entry = { url: String(input), init, status: 0 };
    sent.push(entry);
    const answer = await fetch(input, { signal, ...init });
    entry.status = answer.status;
    return answer;
  };
  return { sent, auth: open({ fetch: spy }) };
}

/** @param {[string, string][]} [entries] */
function memory(entries) {
  const map = new Map(entries);
  return {
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void map.set(key, value),
    removeItem: (/** @type {string} */ key) => void map.delete(key),
    entries: () => [...map.entries()],
  };
}

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** @param {Promise<unknown>} promise @returns {Promise<any>} */
function rejection(promise) {
  return promise.then(
    (value) => Promise.reject(new Error(`Fulfilled with ${JSON.stringify(value)}, where a rejection was due.`)),
    (error) => error,
  );
}

/** @param {unknown} actual @param {unknown} expected */
function equal(actual, expected) {
  const [is, due] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== due) throw new Error(`It is ${is}, where ${due} was due.`);
}
