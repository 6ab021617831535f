// The measurements that run beside the library, in a page or in a process of Node: one session, signed in once. The
// functions return milliseconds.

const now = performance.now.bind(performance);
const wallTime = Date.now;

/** Two hours: each token has expired by then. */
const LATER = 2 * 3600 * 1000;

/**
 * Opens a library and signs in.
 * @param {string} script its address
 * @param {import("./types.js").Place} place
 */
export async function startSession(script, place) {
  const storage = globalThis.localStorage;
  // Some libraries keep the function `fetch` that they find when they begin.
  let fetch = globalThis.fetch.bind(globalThis);
  globalThis.fetch = (input, init) => fetch(input, init);
  const { open } = await import(script);
  const client = await open({ ...place, storage });
  await client.signIn();
  const meanTime = async (count, task) => {
    const begin = now();
    for (let done = 0; done < count; done++) await task();
    return (now() - begin) / count;
  };
  return {
    stored: () => Object.entries(storage ?? {}),
    tokens: (count) => meanTime(count, client.token),

    /** A call that finds its token expired, and the refresh. The host's `fetch` is replaced by one that responds at once. */
    exchanges: async (count) => {
      const network = fetch;
      fetch = respondAtOnce;
      return meanTime(count, () => (moveClocks(LATER), client.token())).finally(() => (fetch = network));
    },

    /**
     * For each of `count` sign-ins: its time divided by that of a bare `fetch` with the same body, which runs just before
     * or after it.
     */
    pairedSignIns: async (count) => {
      const ratios = [];
      for (let pair = 0; pair < count; pair++) {
        const bare = () => meanTime(1, () => bareSignIn(place));
        const own = () => meanTime(1, client.signIn);
        // Neither is always the first.
        const [first, second] = pair % 2 ? [await own(), await bare()] : [await bare(), await own()];
        ratios.push(pair % 2 ? first / second : second / first);
      }
      return ratios;
    },

    /** Many callers at once, who find the token expired. */
    herd: async (count) => {
      await client.signIn();
      moveClocks(LATER);
      const begin = now();
      const settled = await Promise.allSettled(Array.from({ length: count }, client.token));
      const failed = settled.filter(({ status }) => status === "rejected").length;
      return { took: now() - begin, failed };
    },
  };
}

let moved = 0;

/** Moves the host's clocks forward, from now on. @param {number} milliseconds */
function moveClocks(milliseconds) {
  moved += milliseconds;
  Date.now = () => wallTime() + moved;
  performance.now = () => now() + moved;
}

let issued = 0;

async function respondAtOnce() {
  issued++;
  const tokens = { access_token: `access-${issued}-${"a".repeat(700)}`, refresh_token: `refresh-${issued}-${"r".repeat(700)}` };
  return Response.json({ token_type: "Bearer", expires_in: 3600, ...tokens, user: { id: "1" } });
}

async function bareSignIn({ tokenEndpoint, clientId, user }) {
  const body = new URLSearchParams({ grant_type: "password", ...user, client_id: clientId });
  const response = await fetch(tokenEndpoint, { method: "POST", headers: { accept: "application/json" }, body });
  return response.json();
}
