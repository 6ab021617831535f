// @ts-check
/** The embedded storefront's control endpoint: causes faults at the server, and reads what the server counted. */

/** @typedef {{ kind: string, count?: number, grant?: string, retryAfter?: number }} Fault */
/** @typedef {{ accessLifetime: number, fault: Fault | null }} Settings */
/** @typedef {Record<"tokenRequests" | "guests" | "signIns" | "refreshes" | "apiRequests", number>} Counts */

/** @returns {Promise<{ settings: Settings, counts: Counts }>} */
export const state = async () => (await fetch("/_storefront/state", { cache: "no-store" })).json();

/** @param {Partial<Settings>} settings */
export const set = (settings) => post("settings", settings);

/** Expires every access token; refresh tokens stay valid. */
export const expireAccessTokens = () => post("expire", { accessTokens: true });

/** Revokes every token. */
export const revokeAll = () => post("revoke", {});

/** @param {string} command @param {object} body */
async function post(command, body) {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/_storefront/${command}`, init);
  if (!response.ok) throw new Error(`The storefront refused the command ${command} with ${response.status}.`);
}
