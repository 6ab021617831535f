// Gives each browser a session's id, and takes what it is told as options.
import { sessionCookie } from "storefront-token-client/cloudflare";

export default {
  async fetch(request) {
    const options = JSON.parse(new URL(request.url).searchParams.get("options") ?? "{}");
    const cookie = sessionCookie(options);
    const read = await cookie.read(request);
    const id = read ?? cookie.create();
    const clear = cookie.clear();
    return Response.json({ read, id, clear }, { headers: { "Set-Cookie": await cookie.header(id) } });
  },
};
