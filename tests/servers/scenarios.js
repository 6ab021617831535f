// @ts-check
/** How a session fares at a server. */
import { equal, memory, rejection, until } from "../support/assertions.js";
import { apiText, endsOnce, nameAtApi, recorded } from "./assertions.js";

const INVALID_CLIENT = { code: "client_rejected", error: "invalid_client" };

/** @type {Record<string, import("./scenario.js").Scenario>} */
export const scenarios = {
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

  "ends the session at the second refresh where the server issues no second refresh token": {
    when: ({ refreshesOnce = false }) => refreshesOnce,
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await auth.getAccessToken({ forceRefresh: true });
      equal(await nameAtApi(auth, server), [200, true]);
      await endsOnce(auth, server);
      equal((await auth.signIn(user)).subject, "user");
    },
  },

  "ends the session in the background where the server issues no second refresh token": {
    when: ({ refreshesOnce = false }) => refreshesOnce,
    async play({ server, open, user }) {
      await server.accessLifetime(5);
      const auth = open({ refresh: "background" });
      /** @type {string[]} */
      const reasons = [];
      auth.on("sessionchange", ({ reason }) => reasons.push(reason));
      await auth.signIn(user);
      const before = await server.tokenRequests();
      await until(() => auth.session === null);
      await server.accessLifetime(3600);
      equal([reasons, (await rejection(auth.getAccessToken())).code], [["signed-in", "refresh-rejected"], "login_required"]);
      equal((await server.tokenRequests()) - before, 2);
    },
  },

  "keeps or ends the session as the server does when a used refresh token is sent again": {
    when: ({ refreshesOnce }) => !refreshesOnce,
    async play({ server, open, user }) {
      const { sent, auth } = recorded(open);
      await auth.signIn(user);
      await auth.getAccessToken({ forceRefresh: true });
      const { status, error, ends } = server.supports.replay;
      const [refresh] = sent.filter(({ init }) => /refresh/i.test(String(init.body)));
      const response = await fetch(refresh.url, refresh.init);
      const body = await response.text();
      equal([response.status, body ? JSON.parse(body).error : undefined], [status, error]);
      if (ends) await endsOnce(auth, server);
      else equal(typeof (await auth.getAccessToken({ forceRefresh: true })), "string");
    },
  },

  "rejects a wrong password with `invalid_credentials`, and keeps the session": {
    async play({ server, open, user }) {
      const auth = open();
      const wrong = { ...user, password: "wrong" };
      equal([(await rejection(auth.signIn(wrong))).code, auth.session], ["invalid_credentials", null]);
      const session = await auth.signIn(user);
      const token = await auth.getAccessToken();
      equal((await rejection(auth.signIn(wrong))).code, "invalid_credentials");
      equal([auth.session, (await auth.getAccessToken()) === token], [session, true]);
      equal(await nameAtApi(auth, server), [200, true]);
    },
  },

  "rejects with `client_rejected` when the server does not know the client": {
    when: ({ noClients }) => !noClients,
    async play({ server, open, user }) {
      const { code, error } = await rejection(open({ clientId: "stranger" }).signIn(user));
      equal({ code, error }, server.supports.unknownClient ?? INVALID_CLIENT);
    },
  },

  "sends a client secret with special characters by each method that the server supports": {
    when: ({ secretMethods }) => secretMethods !== undefined,
    async play({ server, open, user }) {
      for (const clientAuthentication of server.supports.secretMethods ?? []) {
        const auth = open({ server: { clientAuthentication } });
        equal([clientAuthentication, (await auth.signIn(user)).subject], [clientAuthentication, "user"]);
      }
    },
  },

  "keeps a session while the server rejects the client secret": {
    when: ({ clientSecret = false, wrongSecret }) => clientSecret && wrongSecret !== "rejects-token",
    async play({ server, open, user }) {
      const kept = { storage: memory(), storageKey: "shop" };
      const first = open(kept);
      const session = await first.signIn(user);
      first.dispose();
      const wrong = open({ ...kept, clientSecret: "wrong" });
      const { code, error } = await rejection(wrong.getAccessToken({ forceRefresh: true }));
      equal([{ code, error }, wrong.session], [server.supports.wrongSecret ?? INVALID_CLIENT, session]);
      wrong.dispose();
      equal(typeof (await open(kept).getAccessToken({ forceRefresh: true })), "string");
    },
  },

  "ends once, with the reason, when the refresh token was revoked": {
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.revokeRefreshTokens();
      await endsOnce(auth, server);
      equal((await auth.signIn(user)).subject, "user");
    },
  },

  "ends once, with the reason, when the refresh token has expired": {
    when: ({ endlessRefreshTokens }) => !endlessRefreshTokens,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.expireRefreshTokens();
      await endsOnce(auth, server);
    },
  },

  "ends once, with the reason, when the row of the refresh token was deleted": {
    when: ({ deletesRefreshTokens = false }) => deletesRefreshTokens,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.deleteRefreshTokens?.();
      await endsOnce(auth, server);
    },
  },

  "keeps the session while the server fails with 500 because the row of the refresh token was deleted": {
    when: ({ failsAtDeletedTokens = false }) => failsAtDeletedTokens,
    async play({ server, open, user }) {
      const auth = open();
      const session = await auth.signIn(user);
      await server.deleteRefreshTokens?.();
      const { code, status } = await rejection(auth.getAccessToken({ forceRefresh: true }));
      equal([code, status, auth.session], ["server_unavailable", 500, session]);
      equal((await auth.signIn(user)).subject, "user");
    },
  },

  "says when the refresh token expires, to the next page as well": {
    when: ({ tellsRefreshLifetime = false }) => tellsRefreshLifetime,
    inPages: true,
    async play({ server, open, user }) {
      const records = memory();
      const first = open({ storage: records });
      const { refreshTokenExpiresAt } = await first.signIn(user);
      equal((refreshTokenExpiresAt ?? 0) > Date.now() + 60_000, true);
      first.dispose();
      const next = open({ storage: records });
      equal((await next.getSession())?.refreshTokenExpiresAt, refreshTokenExpiresAt);
      await next.getAccessToken({ forceRefresh: true });
      equal((next.session?.refreshTokenExpiresAt ?? 0) > Date.now() + 60_000, true);
      equal(await nameAtApi(next, server), [200, true]);
    },
  },

  "ends once, with the reason, when the user was locked, who can sign in again later": {
    when: ({ locksUsers = false }) => locksUsers,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.lockUser?.(true);
      await endsOnce(auth, server, server.supports.rejectsTwice || server.supports.rejectsLockedTwice);
      await server.lockUser?.(false);
      equal((await auth.signIn(user)).subject, "user");
    },
  },

  "sends one refresh when two hundred calls want a token and the old one has expired": {
    when: ({ lifetime, expiresTogether }) => lifetime === undefined && !expiresTogether,
    inPages: true,
    async play({ server, open, user }) {
      // Some servers issue no other token while one is valid.
      await server.endAccessTokens();
      // Some servers round the rest of a lifetime down; a lifetime of 0 is another scenario.
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

  "keeps its session while the server is down, and refreshes it when the server is back": {
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

  "sends one refresh for all when the API rejects the token": {
    inPages: true,
    async play({ server, open, user }) {
      const auth = open();
      await auth.signIn(user);
      await server.endAccessTokens();
      const before = await server.tokenRequests();
      const responses = await Promise.all(Array.from({ length: 20 }, () => nameAtApi(auth, server)));
      // If it ended soon, a busy machine would use it too late.
      equal((auth.session?.expiresAt ?? Infinity) > Date.now() + 60_000, true);
      equal(responses, Array(20).fill([200, true]));
      equal((await server.tokenRequests()) - before, 1);
    },
  },

  "restores a session from its storage without a request": {
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

  "revokes the refresh token at sign-out": {
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

  "creates one guest for all calls, who stays through a refresh and can sign in": {
    when: ({ guests = false }) => guests,
    inPages: true,
    async play({ server, open, user }) {
      const auth = open({ guest: true });
      const before = await server.tokenRequests();
      const names = await Promise.all(Array.from({ length: 20 }, () => apiText(auth, server)));
      equal([new Set(names).size, auth.session?.subject], [1, "guest"]);
      equal((await server.tokenRequests()) - before, 1);
      await auth.getAccessToken({ forceRefresh: true });
      equal(await apiText(auth, server), names[0]);
      equal((await auth.signIn(user)).subject, "user");
      equal(await nameAtApi(auth, server), [200, true]);
    },
  },

  "never refreshes a token that never expires": {
    when: ({ lifetime }) => lifetime === "endless",
    async play({ server, open, user }) {
      const auth = open({ refresh: "background" });
      await auth.signIn(user);
      for (const options of [{}, { forceRefresh: true }, {}]) await auth.getAccessToken(options);
      const before = await server.tokenRequests();
      const century = 100 * 365 * 86_400;
      equal((auth.session?.expiresAt ?? 0) > Date.now() + century * 1000, true);
      await auth.getAccessToken({ minValidity: century });
      equal(await nameAtApi(auth, server), [200, true]);
      equal((await server.tokenRequests()) - before, 0);
    },
  },

  "uses a token of unknown lifetime until the API rejects it": {
    when: ({ lifetime }) => lifetime === "unknown",
    async play({ server, open, user }) {
      const auth = open({ refresh: "background" });
      const { expiresAt } = await auth.signIn(user);
      const token = await auth.getAccessToken();
      const before = await server.tokenRequests();
      equal([expiresAt, (await auth.getAccessToken({ minValidity: 60 })) === token], [null, true]);
      equal((await server.tokenRequests()) - before, 0);
      await server.endAccessTokens();
      equal(await nameAtApi(auth, server), [200, true]);
      equal((await server.tokenRequests()) - before, 1);
    },
  },

  "uses the same token again for the rest of its lifetime, and asks for one other at most": {
    when: ({ sameTokenAgain = false, lifetime }) => sameTokenAgain && lifetime === undefined,
    async play({ server, open, user }) {
      await server.endAccessTokens();
      await server.accessLifetime(3);
      const [first, second] = [open(), open({ refresh: "background" })];
      await first.signIn(user);
      await server.accessLifetime(3600);
      // Then the server says that 0 s are left, since it rounds down.
      await until(() => (first.session?.expiresAt ?? 0) <= Date.now() + 900);
      const before = await server.tokenRequests();
      await second.signIn(user);
      const tokens = [];
      for (let time = 0; time < 20; time += 1) tokens.push(await second.getAccessToken());
      equal(new Set(tokens).size <= 2, true);
      equal(await nameAtApi(second, server), [200, true]);
      equal((await server.tokenRequests()) - before <= 2, true);
    },
  },

  "ends once when the same user has signed in elsewhere": {
    when: ({ oneSession = false }) => oneSession,
    async play({ server, open, user }) {
      const [first, second] = [open(), open()];
      await first.signIn(user);
      await second.signIn(user);
      await endsOnce(first, server);
      equal(await nameAtApi(second, server), [200, true]);
    },
  },
};
