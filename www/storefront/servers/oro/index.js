// @ts-check
/** OroCommerce. Its token endpoint is league/oauth2-server inside Symfony. */
import { preflight } from "../../http/cors.js";
import { emptyResponse, htmlResponse } from "../../http/message.js";
import { clientById, clients } from "../../fixtures.js";
import { callApi } from "../../shop/api.js";
import { AUTHORIZE, AUTHORIZE_VISITOR, authorize, authorizeVisitor } from "./authorization.js";
import { describe, grantToken } from "./token-endpoint.js";
import { readParameters } from "./token-request.js";
import { DEFAULT_VERSION, checkVersion, corsOf, versionOf, versions } from "./versions.js";

/** @type {import("../index.js").ImitatedServer} */
export const oro = Object.freeze({
  settings: {
    /** A version of versions.js. */
    version: { initial: DEFAULT_VERSION, check: checkVersion },
  },
  implied: ({ version }) => {
    const known = versions[/** @type {string} */ (version)];
    return known ? { refreshLifetime: known.refreshLifetime } : {};
  },
  paths: { token: "/oauth2-token", authorization: AUTHORIZE },
  endpoints: { [AUTHORIZE]: authorize, [AUTHORIZE_VISITOR]: authorizeVisitor },
  apiPrefixes: ["/api/"],
  account: (settings) => ({
    client: versionOf(settings).publicClients ? clients.storefront : clients.confidential,
    guest: { username: "guest", password: "guest" },
  }),
  read: async (request) => ({ parameters: await readParameters(request) }),
  describe: (_shop, _request, { parameters }) => describe(parameters ?? {}),
  grantToken: (shop, request, { parameters }) => grantToken(shop, request, parameters ?? {}),
  preflight: ({ settings }, request) =>
    preflight(request, corsOf(settings), { methods: "OPTIONS, POST", headers: versionOf(settings).preflightHeaders }),
  wrongMethod: () => htmlResponse(405, "Method Not Allowed"),
  accessTokenId: ({ jwts }, token) => jwts.idOf(token),
  /** The storefront's API refuses tokens of back-office clients. */
  acceptsAccessToken: ({ settings }, { subject, clientId }) =>
    !settings.disabledUsers.includes(subject) && clientById(clientId)?.frontend === true,
  unauthorized: ({ settings }, state) => {
    const { noTokenHeaders, badTokenHeaders } = versionOf(settings);
    return emptyResponse(401, state === "missing" ? noTokenHeaders : badTokenHeaders);
  },
  callApi,
});
