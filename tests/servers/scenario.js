// @ts-check
/**
 * What a story is, and how it is played: by Node or by a browser's page, to which all that is imported is served. The
 * server is reached over HTTP and through its administrator's few acts.
 *
 * @typedef {typeof import("storefront-token-client")} Package
 * @typedef {import("storefront-token-client").TokenClient} Client
 * @typedef {import("storefront-token-client").TokenClientOptions} Options
 *
 * @typedef {object} Supports  what is particular to a server
 * @property {{ status: number, error?: string, ends?: boolean }} replay  its answer to a refresh token that was used
 *   before, and whether that ends the session
 * @property {boolean} [refreshesOnce]   it takes the refresh token and gives no other
 * @property {boolean} [refreshTokensForEver]  their lives do not end
 * @property {"endless" | "untold"} [life]  of its access tokens, where it is not told and not counted
 * @property {boolean} [sameAgain]       who signs in while his token lives gets it again, with the rest of its life
 * @property {boolean} [oneSession]      a sign-in ends what the user's former one began
 * @property {boolean} [visitors]        anybody can be a visitor, and a refresh keeps him
 * @property {boolean} [anyClient]       it knows no clients
 * @property {boolean} [clientSecret]    the client has one
 * @property {boolean} [revocation]      there is a revocation endpoint (RFC 7009)
 *
 * @typedef {object} Facts  what can be known of a running server
 * @property {string} name
 * @property {Options} options           those that the client needs at this server
 * @property {string} [revocationEndpoint]
 * @property {string} apiUrl             a resource that names its user
 * @property {string} username
 * @property {string} password
 * @property {Supports} supports
 *
 * @typedef {object} Acts
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} start              where it was before, with what it knew
 * @property {(seconds: number) => Promise<void>} accessLifetime  of the tokens issued from now on
 * @property {() => Promise<void>} endAccessTokens    and no refresh token
 * @property {() => Promise<void>} revokeRefreshTokens
 * @property {() => Promise<void>} expireRefreshTokens
 * @property {() => Promise<number>} tokenRequests    how many there were
 *
 * @typedef {Facts & Acts} Server
 * @typedef {{ username: string, password: string }} User
 * @typedef {{ server: Server, open: (options?: Partial<Options>) => Client, user: User }} World
 *
 * @typedef {object} Scenario
 * @property {(supports: Supports) => boolean} [when]  where it can happen; everywhere if left out
 * @property {boolean} [inPages]  it is played in a browser too
 * @property {(world: World) => Promise<void>} play
 */
import { scenarios } from "./scenarios.js";

export { scenarios };

/** The names of the scenarios that can happen at a server. @param {Supports} supports */
export const scenariosAt = (supports) => Object.keys(scenarios).filter((name) => scenarios[name].when?.(supports) ?? true);

/**
 * Plays a story at a server.
 *
 * @param {Pick<Package, "TokenClient">} client
 * @param {string} name
 * @param {Server} server
 */
export async function play({ TokenClient }, name, server) {
  /** @type {Client[]} */
  const opened = [];
  /** @param {Partial<Options>} [options] */
  const open = (options) => {
    const auth = new TokenClient({ storage: "memory", ...server.options, ...options });
    opened.push(auth);
    return auth;
  };
  const { username, password } = server;
  await scenarios[name].play({ server, open, user: { username, password } });
  for (const auth of opened) auth.dispose();
}
