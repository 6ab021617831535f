// @ts-check
/**
 * The servers that the shop can speak as, by name, and what a dialect is. Nothing outside this folder knows any of
 * them.
 */
import { bshaffer } from "./bshaffer.js";
import { commercetools } from "./commercetools.js";
import { keycloak } from "./keycloak.js";
import { oauth2 } from "./oauth2.js";
import { oro } from "./oro/index.js";
import { veeamAhv } from "./veeam-ahv.js";
import { wso2 } from "./wso2.js";

/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("../shop/shop.js").LogEntry} LogEntry */
/** @typedef {import("../shop/settings.js").Settings} Settings */
/** @typedef {import("../shop/settings.js").SettingsPatch} SettingsPatch */
/** @typedef {import("../shop/ledger.js").AccessRecord} AccessRecord */
/** @typedef {import("../shop/ledger.js").State} State */
/** @typedef {import("../door/message.js").Request} Request */
/** @typedef {import("../door/message.js").Answer} Answer */
/** @typedef {Record<string, string>} Parameters */
/**
 * @typedef {object} Sent  a token request's body, as the server reads it
 * @property {Parameters | null} parameters  null: of a type that it does not read
 * @property {string} [repeated]  the name of a parameter that came twice
 */
/** @typedef {{ answer: Answer, facts: Partial<LogEntry> }} Verdict */
/** @typedef {{ token: string, refresh?: string, guest?: string }} Paths  `token` is for what has none of its own */
/** @typedef {import("../fixtures.js").Client} Client */
/** @typedef {{ client: Client | null, guest?: { username: string, password: string } }} Account */

/**
 * @typedef {object} Dialect
 * @property {Record<string, import("../shop/checks.js").Setting>} settings
 *   its modes, and its defaults of the settings that every server has
 * @property {(patch: SettingsPatch) => SettingsPatch} [implied]  settings that follow from others, unless set as well
 * @property {Paths} paths
 * @property {string[]} apiPrefixes
 * @property {(settings: Settings) => Account} account   as whom an ordinary caller comes
 * @property {(request: Request) => Promise<Sent>} read
 * @property {(shop: Shop, request: Request, sent: Sent) => Partial<LogEntry>} about  what can be said before judging
 * @property {(shop: Shop, request: Request, sent: Sent) => Promise<Verdict>} grantToken
 * @property {(shop: Shop, request: Request) => Answer} preflight  of the token endpoint
 * @property {() => Answer} wrongMethod                  of the token endpoint
 * @property {(shop: Shop, token: string) => Promise<string | null>} accessId  its name in the ledger
 * @property {(shop: Shop, record: AccessRecord) => boolean} admits  whether the API takes a living token
 * @property {(shop: Shop, state: State | "missing") => Answer} unauthorized  the API's 401
 * @property {(shop: Shop, request: Request) => Promise<Answer>} callApi
 */

/** @type {Readonly<Record<string, Dialect>>} */
export const servers = Object.freeze({
  oro,
  oauth2,
  bshaffer,
  wso2,
  keycloak,
  commercetools,
  "veeam-ahv": veeamAhv,
});

/** @param {string} name */
export function serverByName(name) {
  if (Object.hasOwn(servers, name)) return servers[name];
  throw new TypeError(`There is no server "${name}". There are: ${Object.keys(servers).join(", ")}.`);
}
