// @ts-check
// Each method is rejected with the codes that its types promise.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TokenClient, TokenError } from "storefront-token-client";
import { codesOf, entries } from "./reference.js";

const ENDPOINT = "https://shop.example/oauth2-token";
const CREDENTIALS = { username: "anna@shop.example", password: "secret" };
const TOKENS = { token_type: "Bearer", access_token: "a", refresh_token: "r", expires_in: 3600 };

/** @typedef {import("storefront-token-client").TokenClientOptions} Options */
/** @typedef {(auth: TokenClient, options?: any) => Promise<unknown>} Call */

/** @type {{ [method: string]: Call }} */
const CALLS = {
  getSession: (auth, options) => auth.getSession(options),
  signIn: (auth, options) => auth.signIn(CREDENTIALS, options),
  signInAsGuest: (auth, options) => auth.signInAsGuest(options),
  adopt: (auth, options) => auth.adopt(TOKENS, { subject: "user", ...options }),
  getAccessToken: (auth, options) => auth.getAccessToken(options),
  signOut: (auth, options) => auth.signOut(options),
};

/** @param {number} status @param {object} body */
const respond = (status, body) => async () => Response.json(body, { status });
const stored = (/** @type {() => string | null | Promise<string | null>} */ getItem) => ({ getItem, setItem: () => {}, removeItem: () => {} });
const never = new Promise(() => {});

/** @param {Partial<Options>} [options] */
function client(options = {}) {
  return new TokenClient({ tokenEndpoint: ENDPOINT, server: "oro", clientId: "shop", guest: true, fetch: respond(200, TOKENS), ...options });
}

/** A call of another copy of the package, which has not loaded its core yet. @param {Call} call */
async function withoutWebAssembly(call) {
  const copy = await import(`${import.meta.resolve("storefront-token-client")}?${Math.random()}`);
  const { WebAssembly } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "WebAssembly");
    await call(new copy.TokenClient({ tokenEndpoint: ENDPOINT, guest: CREDENTIALS }));
  } finally {
    globalThis.WebAssembly = WebAssembly;
  }
}

/** What any call may be rejected with. @type {{ [code: string]: (call: Call) => Promise<unknown> }} */
const OF_EACH_CALL = {
  aborted: (call) => call(client(), { signal: AbortSignal.abort() }),
  timeout: (call) => call(client({ storage: stored(() => /** @type {Promise<null>} */ (never)), timeout: 1 })),
  storage_failed: (call) => call(client({ storage: stored(() => Promise.reject(new Error("offline"))) })),
  core_unavailable: withoutWebAssembly,
  invalid_argument: (call) => call(client(), { signal: "none" }),
  async disposed(call) {
    const auth = client();
    auth.dispose();
    await call(auth);
  },
};

/** What the server, or the way to it, makes of a call that needs it. @type {{ [code: string]: Options["fetch"] }} */
const BY_THE_SERVER = {
  client_rejected: respond(401, { error: "invalid_client" }),
  network: () => Promise.reject(new TypeError("fetch failed")),
  rate_limited: respond(429, {}),
  server_unavailable: respond(503, {}),
  invalid_answer: async () => new Response("<p>Welcome to our hotel", { status: 404, headers: { "content-type": "text/html" } }),
};

/** The user signs out while the call waits for the server. @param {Call} call */
async function signedOut(call) {
  const auth = client({ fetch: () => /** @type {Promise<Response>} */ (never) });
  const waiting = call(auth);
  await Promise.all([auth.signOut(), waiting]);
}

/** @type {{ [method: string]: { [code: string]: () => Promise<unknown> } }} */
const OF_ONE_METHOD = {
  signIn: {
    invalid_credentials: () => CALLS.signIn(client({ fetch: respond(400, { error: "invalid_grant" }) })),
    account_locked: () => CALLS.signIn(client({ fetch: respond(400, { error: "invalid_grant", hint: "Account is locked." }) })),
    mfa_required: () => CALLS.signIn(client({ fetch: respond(403, { error: "mfa_required", mfa_token: "m" }) })),
    signed_out: () => signedOut(CALLS.signIn),
  },
  signInAsGuest: {
    invalid_option: () => CALLS.signInAsGuest(client({ server: "wso2", guest: false })),
    signed_out: () => signedOut(CALLS.signInAsGuest),
    async signed_in() {
      const auth = client();
      await auth.signIn(CREDENTIALS);
      await auth.signInAsGuest();
    },
  },
  adopt: {
    async login_required() {
      const auth = client();
      await CALLS.adopt(auth);
      await auth.signOut();
      await CALLS.adopt(auth);
    },
    async signed_out() {
      const auth = client({ storage: { getItem: () => null, setItem: () => /** @type {Promise<void>} */ (never), removeItem: () => {} } });
      const waiting = CALLS.adopt(auth);
      await auth.getSession();
      await Promise.all([auth.signOut({ signal: AbortSignal.timeout(100) }).catch(() => {}), waiting]);
    },
  },
  getAccessToken: {
    login_required: () => CALLS.getAccessToken(client({ guest: false })),
    signed_out: () => signedOut(CALLS.getAccessToken),
  },
  fetch: { origin_not_allowed: () => client().fetch("https://elsewhere.example/") },
  constructor: {
    async invalid_option() {
      client({ tokenEndpoint: "http://shop.example" });
    },
  },
  on: {
    async invalid_argument() {
      client().on(/** @type {any} */ ("logout"), () => {});
    },
  },
};

/** A sign-out whose revocation request fails at the server or on the way. */
const BY_THE_REVOCATION = Object.fromEntries(
  Object.entries(BY_THE_SERVER).map(([code, failing]) => [code, () => signOutThat(/** @type {typeof fetch} */ (failing))]),
);

/** @param {typeof fetch} failing */
async function signOutThat(failing) {
  let isSignedIn = false;
  const auth = client({
    revocationEndpoint: "https://shop.example/revoke",
    timeout: 300,
    fetch: (input, init) => (isSignedIn ? failing(input, init) : respond(200, TOKENS)()),
  });
  await auth.signIn(CREDENTIALS);
  isSignedIn = true;
  await auth.signOut();
}

/** @returns {{ [code: string]: () => Promise<unknown> }} */
function scenariosOf(/** @type {string} */ method) {
  const own = method === "signOut" ? BY_THE_REVOCATION : (OF_ONE_METHOD[method] ?? {});
  if (!Object.hasOwn(CALLS, method)) return own;
  const call = CALLS[method];
  const byServer = ["signIn", "signInAsGuest", "getAccessToken"].includes(method) ? Object.entries(BY_THE_SERVER) : [];
  return {
    ...Object.fromEntries(Object.entries(OF_EACH_CALL).map(([code, scenario]) => [code, () => scenario(call)])),
    ...Object.fromEntries(byServer.map(([code, fetch]) => [code, () => call(client({ fetch }))])),
    ...own,
  };
}

const promised = entries[0].items.filter(({ name }) => /^TokenClient\.\w+/.test(name));
for (const { name, tags } of promised) {
  const method = name.split(".")[1].split("(")[0];
  const codes = tags.flatMap(codesOf);
  if (codes.length === 0) continue;
  const scenarios = scenariosOf(method);
  describe(`${method} is rejected as its types say`, () => {
    test("with these codes and no others", () => assert.deepEqual(codes.sort(), Object.keys(scenarios).sort()));
    for (const [code, scenario] of Object.entries(scenarios))
      test(code, () => assert.rejects(scenario, (error) => error.name === TokenError.name && error.code === code));
  });
}
