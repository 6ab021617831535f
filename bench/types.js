/**
 * A library as it is measured, with the options that its guide shows.
 *
 * @typedef {object} Client
 * @property {() => Promise<unknown>} signIn  by the password grant, also where somebody is signed in
 * @property {() => Promise<string>} token    a valid access token
 *
 * @typedef {object} Place where a library signs in, and as whom
 * @property {string} tokenEndpoint
 * @property {string} clientId
 * @property {{ username: string, password: string }} user
 * @property {Storage} [storage]  the page's; without one, each library keeps its tokens in memory
 */

export {};
