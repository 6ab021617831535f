// @ts-check
/** The embedded storefront's test bench: how the demo makes trouble at the server, and reads what the server counted. */

/** @typedef {{ kind: string, count?: number, grant?: string, retryAfter?: number }} Fault */
/** @typedef {{ accessLifetime: number, fault: Fault | null }} Settings */
/** @typedef {Record<"tokenRequests" | "guests" | "signIns" | "refreshes" | "apiRequests", number>} Counts */

/** @returns {Promise<{ settings: Settings, counts: Counts }>} */
export const state = async () => (await fetch("/_storefront/state", { cache: "no-store" })).json();

/** @param {Partial<Settings>} settings */
export const set = (settings) => post("settings", settings);

/** Ends every access token; refresh tokens live on. */
export const expireAccessTokens = () => post("expire", { accessTokens: true });

/** Ends every token there is. */
export const revokeAll = () => post("revoke", {});

/** @param {string} command @param {object} body */
async function post(command, body) {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/_storefront/${command}`, init);
  if (!response.ok) throw new Error(`The test bench refuses ${command}: ${response.status}`);
}
