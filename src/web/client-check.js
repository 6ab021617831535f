// @ts-check
// The demands of a server on its clients that the constructor checks. src/core/config.rs decides; this file repeats its
// rules, because the constructor refuses an option before the core is loaded. tests/npm compares this with presets.txt.

import { invalid } from "./validation.js";

/** @typedef {{ server: string, tokenEndpoint: string, clientId?: string, clientSecret?: string, guest?: unknown }} Options */

/** The presets: those that require a `clientId` (c), that know no clients (n), and that have guests of their own (g). */
const PRESETS = new Map(
  Object.entries({
    oauth2: "",
    oro: "cg",
    wso2: "c",
    bshaffer: "c",
    "veeam-ahv": "n",
    keycloak: "c",
    oauth2orize: "",
    glewlwyd: "",
    authlib: "",
    commercetools: "cg",
  }),
);

/** @param {Options} options `server` is what server-profile.js makes of it */
export function checkClient({ server, clientId, clientSecret, guest }) {
  const [name, ...lines] = server.split("\n");
  const preset = PRESETS.get(name) ?? invalid("server", `must be one of ${[...PRESETS.keys()]}`);
  const own = (/** @type {string} */ word) => lines.find((line) => line.startsWith(word))?.slice(word.length);
  const has = (/** @type {string} */ letter) => preset.includes(letter);
  const isRequired = (own("clientId ") ?? (has("c") ? "required" : "")) === "required";
  if (!clientId && (clientSecret || isRequired)) invalid("clientId", `is required with${isRequired ? " this server" : " a clientSecret"}`);
  const knowsNoClients = (own("clientAuthentication ") ?? (has("n") ? "none" : "")) === "none";
  if (clientId && knowsNoClients) invalid("clientId", "must be left out for this server");
  const hasGuests = has("g") || own("grants guest ") || (own("guest username ") && own("guest password "));
  if (guest === true && !hasGuests) invalid("guest", "must give a username and a password for this server");
}

/**
 * A key for this server and client only, so that clients do not read each other's records.
 * @param {Options} options
 */
export function defaultKey({ server, tokenEndpoint, clientId = "" }) {
  return ["storefront-token-client", server.split("\n")[0], tokenEndpoint, clientId].join(" ");
}
