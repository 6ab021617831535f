// @ts-check
/** oidc-provider with a password grant of our own, as its documentation shows one for custom grants; tokens on disk. */
import { generateKeyPairSync } from "node:crypto";
// @ts-expect-error: it has no types
import Provider, { errors } from "oidc-provider";
import { isUser, locked, serve, settings, tokenCommands } from "./harness.js";
import { TokenStore } from "./token-store.js";

// Standard output is for the harness.
console.info = console.error;

const SCOPE = "openid offline_access";
const tokens = new TokenStore(settings.folder);
let lifetime = 3600;

/** The models of the provider, each as a kind of the store. */
class Adapter {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }
  /** @param {string} id @param {object} payload */
  upsert = async (id, payload) => tokens.put(this.name, id, payload);
  /** @param {string} id */
  find = async (id) => tokens.get(this.name, id) ?? undefined;
  /** @param {string} id */
  consume = async (id) => tokens.put(this.name, id, { ...tokens.get(this.name, id), consumed: Math.floor(Date.now() / 1000) });
  /** @param {string} id */
  destroy = async (id) => void tokens.take(this.name, id);
  /** @param {string} grantId */
  revokeByGrantId = async (grantId) => tokens.change(this.name, (payload) => (payload.grantId === grantId ? null : payload));
  findByUid = async () => undefined;
  findByUserCode = async () => undefined;
}

const provider = new Provider("https://shop.example", /** @type {any} */ ({
  adapter: Adapter,
  clients: [
    {
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      token_endpoint_auth_method: settings.clientSecret ? "client_secret_basic" : "none",
      grant_types: ["password", "refresh_token"],
      redirect_uris: [],
      response_types: [],
    },
  ],
  clientBasedCORS: () => true,
  features: { devInteractions: { enabled: false } },
  findAccount: (/** @type {unknown} */ _, /** @type {string} */ id) =>
    locked ? undefined : { accountId: id, claims: () => ({ sub: id }) },
  jwks: { keys: [generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" })] },
  routes: { token: "/token", userinfo: "/api/me" },
  ttl: { AccessToken: () => lifetime, RefreshToken: 86_400, Grant: 86_400 },
}));

provider.registerGrantType(
  "password",
  async (/** @type {any} */ ctx) => {
    const { client, params } = ctx.oidc;
    if (!isUser(params.username, params.password)) throw new errors.InvalidGrant("invalid credentials");
    const grant = new provider.Grant({ clientId: client.clientId, accountId: params.username });
    grant.addOIDCScope(SCOPE);
    const issued = { client, accountId: params.username, grantId: await grant.save(), gty: "password", scope: SCOPE };
    const access = new provider.AccessToken(/** @type {any} */ (issued));
    const refresh = new provider.RefreshToken(/** @type {any} */ ({ ...issued, rotations: 0, iiat: Math.floor(Date.now() / 1000) }));
    ctx.body = {
      access_token: await access.save(),
      refresh_token: await refresh.save(),
      token_type: access.tokenType,
      expires_in: access.expiration,
      scope: SCOPE,
    };
  },
  ["username", "password"],
);

serve(provider.callback(), {
  ...tokenCommands(tokens),
  accessLifetime: (seconds) => void (lifetime = seconds),
  endAccessTokens: () => tokens.clear("AccessToken"),
  revokeRefreshTokens: () => tokens.clear("RefreshToken"),
  deleteRefreshTokens: () => tokens.clear("RefreshToken"),
  expireRefreshTokens: () => tokens.change("RefreshToken", (payload) => ({ ...payload, exp: 1 })),
});
