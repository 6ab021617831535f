// @ts-check
/**
 * What a scenario is, and how it is played, in Node or in a browser's page. A scenario reaches the server over HTTP, and
 * through the few commands of `Administration`.
 *
 * @typedef {typeof import("storefront-token-client")} Package
 * @typedef {import("storefront-token-client").TokenClient} Client
 * @typedef {import("storefront-token-client").TokenClientOptions} Options
 *
 * @typedef {object} Supports  how this server differs from others
 * @property {{ status: number, error?: string, ends?: boolean }} replay  its response to a refresh token that was used
 *   before, and whether that ends the session
 * @property {boolean} [refreshesOnce]   it accepts a refresh token once and issues no other
 * @property {boolean} [endlessRefreshTokens]  they never expire
 * @property {boolean} [expiresTogether]  a refresh token expires with its access token
 * @property {boolean} [rejectsTwice]    its response to a refresh token that is not valid may have another cause, so that
 *   the client believes it only when it comes a second time
 * @property {{ code: string, error?: string }} [unknownClient]  what a client that it does not know gets; `client_rejected`
 *   for `invalid_client` if left out
 * @property {{ code: string, error?: string } | "rejects-token"} [wrongSecret]  what a client with a wrong secret gets.
 *   `rejects-token`: the response to an invalid refresh token
 * @property {boolean} [deletesRefreshTokens]  it has `deleteRefreshTokens`
 * @property {boolean} [failsAtDeletedTokens]  it has `deleteRefreshTokens`, and responds with 500 to such a refresh token
 * @property {boolean} [locksUsers]      it has `lockUser`, and rejects the refresh tokens of locked users
 * @property {boolean} [rejectsLockedTwice]  as `rejectsTwice`, for the refresh token of a locked user
 * @property {boolean} [tellsRefreshLifetime]  it says how long a refresh token is valid
 * @property {"endless" | "unknown"} [lifetime]  of its access tokens, where it is not a number of seconds
 * @property {boolean} [sameTokenAgain]  a sign-in issues the same token again while that is valid, with the rest of its lifetime
 * @property {boolean} [oneSession]      a sign-in ends the user's earlier session
 * @property {boolean} [guests]          it issues tokens to guests, and a refresh keeps the guest
 * @property {boolean} [noClients]       it has no client authentication, and no client ids
 * @property {boolean} [clientSecret]    the client is confidential
 * @property {readonly NonNullable<import("storefront-token-client").ServerProfile["clientAuthentication"]>[]} [secretMethods]
 *   that accept the client secret, which has special characters
 * @property {boolean} [revocation]      there is a revocation endpoint (RFC 7009)
 *
 * @typedef {object} Facts  about a running server
 * @property {string} name
 * @property {Options} options           that the client needs at this server
 * @property {string} [revocationEndpoint]
 * @property {string} apiUrl             a resource that names its user
 * @property {string} username
 * @property {string} password
 * @property {Supports} supports
 *
 * @typedef {object} Administration
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} start              on the same port, with the same data
 * @property {(seconds: number) => Promise<void>} accessLifetime  in seconds, of the tokens issued from now on
 * @property {() => Promise<void>} endAccessTokens    without their refresh tokens
 * @property {() => Promise<void>} revokeRefreshTokens
 * @property {() => Promise<void>} expireRefreshTokens
 * @property {() => Promise<void>} [deleteRefreshTokens]  their rows, as a cleaning job does
 * @property {(locked: boolean) => Promise<void>} [lockUser]
 * @property {() => Promise<number>} tokenRequests    how many there have been
 *
 * @typedef {Facts & Administration} Server
 * @typedef {{ username: string, password: string }} User
 * @typedef {{ server: Server, open: (options?: Partial<Options>) => Client, user: User }} World
 *
 * @typedef {object} Scenario
 * @property {(supports: Supports) => boolean} [when]  the servers where it can happen; all if left out
 * @property {boolean} [inPages]  whether it is played in a browser too
 * @property {(world: World) => Promise<void>} play
 */
import { scenarios } from "./scenarios.js";

export { scenarios };

/** The names of the scenarios for a server. @param {Supports} supports */
export const scenariosAt = (supports) => Object.keys(scenarios).filter((name) => scenarios[name].when?.(supports) ?? true);

/**
 * Plays a scenario at a server.
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
