// @ts-check
// A client without locks and messages, for comparison: it refreshes with the refresh token that it has stored.

const endpoint = "/oauth2-token";

/** @param {Record<string, string>} parameters */
async function requestTokens(parameters) {
  const body = JSON.stringify({ client_id: "demo_storefront_public_client_00", ...parameters });
  const response = await fetch(endpoint, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (response.ok) sessionStorage.naive = (await response.json()).refresh_token;
  else sessionStorage.removeItem("naive");
  return response.ok;
}

Object.assign(window, {
  naive: {
    /** @param {{ username: string, password: string }} user */
    signIn: (user) => requestTokens({ grant_type: "password", ...user }),
    refresh: () => requestTokens({ grant_type: "refresh_token", refresh_token: sessionStorage.naive }),
  },
});
