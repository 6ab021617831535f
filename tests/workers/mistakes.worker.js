// What a developer may do wrong: each is asked for by name, and answered with what is thrown.
import { durableObjectStorage, kvStorage, sessionCookie, TokenCoordinator } from "storefront-token-client/cloudflare";

export class Sessions extends TokenCoordinator {}
export class Ageless extends TokenCoordinator {
  maxAge = -1;
}
export class Others {}

const secret = "a secret of at least 32 characters";

/** @type {Record<string, (env: any) => unknown>} */
const MISTAKES = {
  "no stub": () => durableObjectStorage(undefined),
  "the namespace in place of a stub": ({ SESSIONS }) => durableObjectStorage(SESSIONS),
  "a function that gives none": () => durableObjectStorage(() => undefined),
  "no namespace": () => kvStorage(undefined, "session"),
  "a Durable Object in place of KV": ({ SESSIONS }) => kvStorage(SESSIONS, "session"),
  "no session": ({ KV }) => kvStorage(KV),
  "an empty session": ({ KV }) => kvStorage(KV, ""),
  "a home without a lock": ({ KV }) => kvStorage(KV, "session", { home: kvStorage(KV, "session") }),
  "a life that KV does not take": ({ KV }) => kvStorage(KV, "session", { expirationTtl: 59 }),
  "a waitUntil that is no function": ({ KV }) => kvStorage(KV, "session", { waitUntil: true }),
  "a short secret": () => sessionCookie({ secret: "short" }),
  "no secret in the environment": ({ SECRET }) => sessionCookie({ secret: SECRET }),
  "an empty array of secrets": () => sessionCookie({ secret: [] }),
  "a secret that is no text": () => sessionCookie({ secret: [secret, 1] }),
  "a name with a space": () => sessionCookie({ name: "a b" }),
  "a negative age": () => sessionCookie({ maxAge: -1 }),
  "an age of no number": () => sessionCookie({ maxAge: "1 day" }),
  "no request": () => sessionCookie().read(),
  "headers in place of a request": () => sessionCookie().read(new Headers()),
  "an id of one's own": () => sessionCookie().header("alice; Domain=evil.example"),
  "a negative age of an object": ({ AGELESS }) => durableObjectStorage(AGELESS.getByName("x")).setItem("key", "item"),
  "an object of another class": ({ OTHERS }) => durableObjectStorage(OTHERS.getByName("x")).getItem("key"),
};

export default {
  async fetch(request, env) {
    const { searchParams } = new URL(request.url);
    const name = searchParams.get("name");
    if (name === null) return Response.json(Object.keys(MISTAKES));
    try {
      return Response.json(await MISTAKES[name](env));
    } catch ({ name, message }) {
      return Response.json({ name, message });
    }
  },
};
