#!/usr/bin/env bash
# If a client sends a used refresh token again, better-auth's OAuth provider ends the sessions of all the shopper's devices:
# it deletes every refresh token that this user has at this client. RFC 9700 section 4.14.2 has the refresh tokens of one grant
# revoked, as oidc-provider does. A used token comes again if a response is lost and the client tries once more, or if a
# browser sends a POST request twice; as installed, there is no grace period (`refreshTokenReuseInterval` is 0). So a phone
# that loses a response in a tunnel signs out the laptop, whose refresh fails with `session not found`. Needs node 20 or
# newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund better-auth@1.7.5 @better-auth/oauth-provider@1.7.5 \
  @better-auth/core@1.7.5 @better-auth/utils@0.4.2 @better-fetch/fetch@1.3.2 better-call@1.4.0
cat > check.mjs <<'JS'
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { createHash, randomBytes } from "node:crypto";

const origin = "http://127.0.0.1:3000";
const tables = ["user", "session", "account", "verification", "oauthClient", "oauthRefreshToken", "oauthAccessToken", "oauthConsent"];
const auth = betterAuth({
  baseURL: origin,
  secret: randomBytes(32).toString("hex"),
  database: memoryAdapter(Object.fromEntries(tables.map((table) => [table, []]))),
  emailAndPassword: { enabled: true },
  plugins: [oauthProvider({ loginPage: "/login", consentPage: "/consent", disableJwtPlugin: true })],
});
const redirect_uri = "https://shop.test/callback";
const request = (path, init = {}) => auth.handler(new Request(`${origin}/api/auth${path}`, init));
const post = (path, body) => {
  const headers = { origin, "content-type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body) });
};
const cookie = (response) => response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
const ada = { email: "ada@shop.test", password: "open sesame", name: "Ada" };
const headers = new Headers({ cookie: cookie(await post("/sign-up/email", ada)) });
const registration = { redirect_uris: [redirect_uri], skip_consent: true, token_endpoint_auth_method: "none" };
const { client_id } = await auth.api.adminCreateOAuthClient({ headers, body: registration });

async function exchange(form) {
  const body = new URLSearchParams({ client_id, ...form });
  const response = await request("/oauth2/token", { method: "POST", headers: { origin }, body });
  return { status: response.status, ...(await response.json()) };
}

/** Signs a device in with a grant of its own, and returns its refresh token. */
async function signIn() {
  const headers = { origin, cookie: cookie(await post("/sign-in/email", ada)) };
  const code_verifier = randomBytes(32).toString("base64url");
  const code_challenge = createHash("sha256").update(code_verifier).digest("base64url");
  const parameters = { response_type: "code", client_id, redirect_uri, scope: "openid offline_access", state: "state" };
  const query = new URLSearchParams({ ...parameters, code_challenge, code_challenge_method: "S256" });
  const { headers: reply } = await request(`/oauth2/authorize?${query}`, { headers });
  const code = new URL(reply.get("location")).searchParams.get("code");
  return (await exchange({ grant_type: "authorization_code", code, redirect_uri, code_verifier })).refresh_token;
}

const refresh = async (refresh_token) => {
  const { status, error, error_description } = await exchange({ grant_type: "refresh_token", refresh_token });
  return [status, error, error_description].filter(Boolean).join(" ");
};
const [phone, laptop] = [await signIn(), await signIn()];
const found = [await refresh(phone), await refresh(phone), await refresh(laptop)];
console.log(`@better-auth/oauth-provider 1.7.5: a phone refreshes: ${found[0]}, and with the same token again: ${found[1]}`);
console.log(`then the laptop refreshes for the first time: ${found[2]}`);
const expected = ["200", "400 invalid_grant invalid refresh token", "400 invalid_grant session not found"];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
