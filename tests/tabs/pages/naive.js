// @ts-check
// A client without any of the measures: it refreshes whenever a page loads, with what it has stored. For comparison.

const endpoint = "/oauth2-token";

/** @param {Record<string, string>} parameters */
async function ask(parameters) {
  const body = JSON.stringify({ client_id: "demo_storefront_public_client_00", ...parameters });
  const answer = await fetch(endpoint, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (answer.ok) sessionStorage.naive = (await answer.json()).refresh_token;
  else sessionStorage.removeItem("naive");
  return answer.ok;
}

Object.assign(window, {
  naive: {
    /** @param {{ username: string, password: string }} user */
    signIn: (user) => ask({ grant_type: "password", ...user }),
    refresh: () => ask({ grant_type: "refresh_token", refresh_token: sessionStorage.naive }),
  },
});
