// @ts-check
/** OroCommerce, whose token endpoint is league/oauth2-server inside Symfony. */
import { preflight } from "../../door/cors.js";
import { emptyAnswer, htmlAnswer } from "../../door/message.js";
import { clientById, clients } from "../../fixtures.js";
import { callApi } from "../../shop/api.js";
import { aboutRequest, grantToken } from "./token-endpoint.js";
import { readParameters } from "./token-request.js";
import { STANDARD, checkVersion, corsOf, profileOf, profiles } from "./versions.js";

/** @type {import("../index.js").Dialect} */
export const oro = Object.freeze({
  settings: {
    /** A row of versions.js. */
    version: { standard: STANDARD, check: checkVersion },
  },
  implied: ({ version }) => {
    const profile = profiles[/** @type {string} */ (version)];
    return profile ? { refreshLifetime: profile.refreshLifetime } : {};
  },
  paths: { token: "/oauth2-token" },
  apiPrefixes: ["/api/"],
  account: (settings) => ({
    client: profileOf(settings).publicClients ? clients.storefront : clients.confidential,
    guest: { username: "guest", password: "guest" },
  }),
  read: async (request) => ({ parameters: await readParameters(request) }),
  about: (_shop, _request, { parameters }) => aboutRequest(parameters ?? {}),
  grantToken: (shop, request, { parameters }) => grantToken(shop, request, parameters ?? {}),
  preflight: ({ settings }, request) =>
    preflight(request, corsOf(settings), { methods: "OPTIONS, POST", headers: profileOf(settings).preflightHeaders }),
  wrongMethod: () => htmlAnswer(405, "Method Not Allowed"),
  accessId: ({ jwts }, token) => jwts.idOf(token),
  /** A token of the back-office's is foreign to the storefront. */
  admits: ({ settings }, { subject, clientId }) =>
    !settings.disabledUsers.includes(subject) && clientById(clientId)?.frontend === true,
  unauthorized: ({ settings }, state) => {
    const { noTokenHeaders, badTokenHeaders } = profileOf(settings);
    return emptyAnswer(401, state === "missing" ? noTokenHeaders : badTokenHeaders);
  },
  callApi,
});
