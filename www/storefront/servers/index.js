// @ts-check
/** The servers that the shop can speak as, by name, and the type of their dialects. */
import { bshaffer } from "./bshaffer.js";
import { canaille } from "./canaille.js";
import { commercetools } from "./commercetools.js";
import { doorkeeper } from "./doorkeeper.js";
import { glewlwyd } from "./glewlwyd.js";
import { jmondi } from "./jmondi.js";
import { keycloak } from "./keycloak.js";
import { league } from "./league.js";
import { lemonldap } from "./lemonldap.js";
import { mojolicious } from "./mojolicious.js";
import { oauth2 } from "./oauth2.js";
import { oauth2orize } from "./oauth2orize.js";
import { oidcProvider } from "./oidc-provider.js";
import { oro } from "./oro/index.js";
import { veeamAhv } from "./veeam-ahv.js";
import { wso2 } from "./wso2.js";

/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("../shop/shop.js").LogEntry} LogEntry */
/** @typedef {import("../shop/settings.js").Settings} Settings */
/** @typedef {import("../shop/settings.js").SettingsPatch} SettingsPatch */
/** @typedef {import("../shop/token-store.js").AccessRecord} AccessRecord */
/** @typedef {import("../shop/token-store.js").State} State */
/** @typedef {import("../http/message.js").Request} Request */
/** @typedef {import("../http/message.js").Response} Response */
/** @typedef {Record<string, string>} Parameters */
/**
 * @typedef {object} TokenRequest  the body of a token request, as the server reads it
 * @property {Parameters | null} parameters  null: the server does not read bodies of this type
 * @property {string} [repeated]  the name of a repeated parameter
 */
/** @typedef {{ response: Response, logged: Partial<LogEntry> }} Exchange */
/**
 * `token` also serves refreshes and guests that have no path of their own.
 *
 * @typedef {{ token: string, refresh?: string, guest?: string, authorization?: string }} Paths
 */
/** @typedef {import("../fixtures.js").Client} Client */
/** @typedef {{ client: Client | null, guest?: { username: string, password: string } }} Account */

/**
 * @typedef {object} ImitatedServer
 * @property {Record<string, import("../shop/checks.js").Setting>} settings
 *   its own settings, and its defaults of the settings that every server has
 * @property {(patch: SettingsPatch) => SettingsPatch} [implied]  settings that follow from those in the patch, unless it names them
 * @property {Paths} paths
 * @property {Record<string, (shop: Shop, request: Request) => Promise<Response>>} [endpoints]  by path, beside the token endpoint
 * @property {string[]} apiPrefixes
 * @property {(settings: Settings) => Account} account   the client of an ordinary caller
 * @property {(request: Request) => Promise<TokenRequest>} read
 * @property {(shop: Shop, request: Request, body: TokenRequest) => Promise<Partial<LogEntry>>} describe  for the log, before the request is handled
 * @property {(shop: Shop, request: Request, body: TokenRequest) => Promise<Exchange>} grantToken
 * @property {(shop: Shop, request: Request) => Response} preflight  of the token endpoint
 * @property {() => Response} wrongMethod                  of the token endpoint
 * @property {(shop: Shop, token: string) => Promise<string | null>} accessTokenId  the key of the token's record
 * @property {(shop: Shop, record: AccessRecord) => boolean} acceptsAccessToken  at the API; asked for a valid token
 * @property {(shop: Shop, state: State | "missing") => Response} unauthorized  the API's 401
 * @property {(shop: Shop, request: Request) => Promise<Response>} callApi
 */

/** @type {Readonly<Record<string, ImitatedServer>>} */
export const servers = Object.freeze({
  oro,
  oauth2,
  bshaffer,
  wso2,
  keycloak,
  commercetools,
  "veeam-ahv": veeamAhv,
  league,
  doorkeeper,
  lemonldap,
  glewlwyd,
  canaille,
  jmondi,
  "oidc-provider": oidcProvider,
  oauth2orize,
  mojolicious,
});

/** @param {string} name */
export function serverByName(name) {
  if (Object.hasOwn(servers, name)) return servers[name];
  throw new TypeError(`There is no server "${name}". There are: ${Object.keys(servers).join(", ")}.`);
}
