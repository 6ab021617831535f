// What a storefront's own code looks like to the compiler. Each `@ts-expect-error` is a mistake it must find.

import { TokenClient, TokenError, type ServerName, type ServerProfile, type Session, type TokenStorage } from "storefront-token-client";

const auth = new TokenClient({
  tokenEndpoint: "https://shop.example/oauth2-token",
  server: "oro",
  clientId: "storefront",
  guest: true,
});

export async function shop(): Promise<void> {
  const response: Response = await auth.fetch("https://shop.example/api/shoppinglists", { method: "POST" });
  const session: Session = await auth.signIn({ username: "alice", password: "…" });
  const who: "guest" | "user" = session.subject;
  const token: string = await auth.getAccessToken({ minValidity: 60, signal: AbortSignal.timeout(1000) });
  const restored: Session | null = await auth.getSession();
  const visitor: Session = await auth.signInAsGuest();
  await auth.signOut();
  console.log(response, who, token, restored, visitor, auth.session?.expiresAt);
}

const off: () => void = auth.on("sessionchange", ({ reason, session }) => {
  if (reason === "guest-replaced") console.log(session?.id);
  // @ts-expect-error: no such reason
  if (reason === "gone") console.log();
});
off();

auth.on(
  "tokenrefresh",
  ({ outcome, attempt, retryIn, error }) => {
    if (outcome === "retrying") console.log(attempt, retryIn, error?.code);
  },
  { signal: new AbortController().signal },
);

export function explain(error: unknown): string {
  if (!(error instanceof TokenError)) throw error;
  const wait: number | undefined = error.retryAfter;
  return error.transient ? `again in ${wait} s` : `${error.name} ${error.code}: ${error.message}`;
}

export function leave(): void {
  const short = new TokenClient({ tokenEndpoint: new URL("https://shop.example/token") });
  short.session satisfies Session | null;
  short satisfies Disposable;
}

const cookies: TokenStorage = {
  getItem: async () => null,
  setItem: async () => {},
  removeItem: () => {},
};
new TokenClient({
  tokenEndpoint: "https://shop.example/token",
  clientId: "storefront",
  scope: "read write",
  guest: { username: "visitor", password: "visitor" },
  allowedOrigins: ["https://api.shop.example", new URL("https://cdn.shop.example")],
  storage: cookies,
  storageKey: "shop",
  refresh: "on-demand",
  refreshLeadTime: 30,
  timeout: 5000,
  revocationEndpoint: "https://shop.example/revoke",
  fetch: (input, init) => fetch(input, init),
});
for (const storage of ["session", "local", "memory"] as const)
  new TokenClient({ tokenEndpoint: "https://shop.example/token", storage });

const servers = ["oauth2", "oro", "wso2", "bshaffer", "veeam-ahv", "keycloak", "commercetools"] as const satisfies readonly ServerName[];
for (const server of servers) new TokenClient({ tokenEndpoint: "https://shop.example/token", server });

const house: ServerProfile = {
  extends: "oauth2",
  body: "json",
  clientAuthentication: "client_secret_basic_raw",
  refreshEndpoint: "renew",
  guestEndpoint: new URL("https://shop.example/visitors"),
  names: { username: "email", access_token: ["jwt", "token"] },
  grants: { guest: "anonymous" },
  guest: { username: "guest", password: "guest" },
  guestTokenParameter: "visitor",
  parameters: { app: "shop" },
  headers: { "x-api-version": "2" },
  errors: { login_required: { status: 401, code: "GONE", error: null }, account_locked: [{ hint: "locked" }] },
};
new TokenClient({
  tokenEndpoint: "https://shop.example/token",
  server: house,
  mergeGuest: async (guestAccessToken, { username }) => {
    await fetch("https://shop.example/merge", { method: "POST", body: `${guestAccessToken} ${username}` });
  },
});
// @ts-expect-error: a misspelt member
house satisfies { bodyFormat: string };
// @ts-expect-error: an unknown way to write a body
const xml: ServerProfile = { body: "xml" };
// @ts-expect-error: a code that is no verdict on a response
const aborted: ServerProfile = { errors: { aborted: { error: "x" } } };
// @ts-expect-error: a name that RFC 6749 does not have
const user: ServerProfile = { names: { user: "login" } };
console.log(xml, aborted, user);

// @ts-expect-error: without options
new TokenClient();
// @ts-expect-error: without an endpoint
new TokenClient({ clientId: "storefront" });
// @ts-expect-error: a name of no option
new TokenClient({ tokenEndpoint: "https://shop.example/token", tokenUrl: "" });
// @ts-expect-error: an unknown server
new TokenClient({ tokenEndpoint: "https://shop.example/token", server: "orocommerce" });
// @ts-expect-error: an unknown storage
new TokenClient({ tokenEndpoint: "https://shop.example/token", storage: "cookie" });
// @ts-expect-error: a storage that cannot forget
new TokenClient({ tokenEndpoint: "https://shop.example/token", storage: { getItem: () => null, setItem() {} } });
// @ts-expect-error: a lifetime in words
new TokenClient({ tokenEndpoint: "https://shop.example/token", refreshLeadTime: "1m" });
// @ts-expect-error: OAuth's parameter names in place of `username` and `password`
void auth.signIn({ client_id: "storefront" });
// @ts-expect-error: an unknown event
auth.on("signout", () => {});
// @ts-expect-error: the session is the client's to change
auth.session = null;
// @ts-expect-error: errors are the client's to make
new TokenError("timeout", "late");
// @ts-expect-error: what wasm-bindgen adds is not for callers
auth.free();
