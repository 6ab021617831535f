import { GoTrueClient } from "@supabase/auth-js";

/** @param {import("../types.js").Place} place @returns {import("../types.js").Client} */
export function open({ tokenEndpoint, user, storage }) {
  const auth = new GoTrueClient({
    // server.js speaks GoTrue's dialect here.
    url: new URL("/gotrue", tokenEndpoint).href,
    storage,
    storageKey: "tokens",
    detectSessionInUrl: false,
  });
  const must = ({ data, error }) => {
    if (error) throw error;
    return data.session;
  };
  return {
    signIn: async () => must(await auth.signInWithPassword({ email: user.username, password: user.password })),
    token: async () => must(await auth.getSession())?.access_token,
  };
}
