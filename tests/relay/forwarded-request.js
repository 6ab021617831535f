// @ts-check
import { CLIENT, form, password } from "./relay-server.js";

/**
 * The request that the server receives for a sign-in, with the headers that Node's `fetch` adds.
 * @param {string} tokenEndpoint of the server
 */
export const forwardedTo = (tokenEndpoint) => ({
  method: "POST",
  url: "/oauth2-token",
  headers: {
    accept: "application/json",
    "accept-encoding": "gzip, deflate",
    "accept-language": "*",
    connection: "close",
    "content-type": "application/x-www-form-urlencoded",
    host: new URL(tokenEndpoint).host,
    "sec-fetch-mode": "cors",
    "user-agent": "node",
  },
  body: form({ ...password, client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret }),
});

/** @param {{ headers: Record<string, unknown> }} request */
export function withoutLength({ headers: { "content-length": _, ...headers }, ...request }) {
  return { ...request, headers };
}
