// A visitor who goes away when it is told, as the Worker sees it that serves them.
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const gone = new AbortController();
    const told = fetch(env.GO_AWAY).then(() => gone.abort());
    try {
      return await env.WORKER.fetch(`http://worker${pathname}`, { method: "POST", signal: gone.signal });
    } catch {
      await told;
      return new Response("gone");
    }
  },
};
