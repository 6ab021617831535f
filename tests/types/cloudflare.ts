// A Worker's code, with as much of the runtime's types as is used: no package of types is needed.
import { TokenClient } from "storefront-token-client";
import {
  durableObjectStorage,
  kvStorage,
  sessionCookie,
  TokenCoordinator,
  type CoordinatorStub,
  type KeyValueNamespace,
} from "storefront-token-client/cloudflare";

export { TokenCoordinator };
export class Sessions extends TokenCoordinator {
  override maxAge = 30 * 24 * 60 * 60;
}

interface Env {
  SESSIONS: { getByName(name: string): CoordinatorStub };
  CACHE: KeyValueNamespace;
  COOKIE_SECRET: string;
}

export async function handle(request: Request, env: Env, waitUntil: (promise: Promise<unknown>) => void): Promise<Response> {
  const cookie = sessionCookie({ secret: [env.COOKIE_SECRET, "the one before"], maxAge: 3600 });
  const id: string = (await cookie.read(request)) ?? cookie.create();
  const primary = durableObjectStorage(() => env.SESSIONS.getByName(id));
  const storage = kvStorage(env.CACHE, id, { primary, expirationTtl: 60, waitUntil });
  const auth = new TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", storage, waitUntil });
  const response = await auth.fetch("https://shop.example/api/orders");
  response.headers.append("Set-Cookie", await cookie.header(id));
  response.headers.append("Set-Cookie", cookie.clear());
  return response;
}

// @ts-expect-error: the namespace is no stub
durableObjectStorage({} as Env["SESSIONS"]);
// @ts-expect-error: no session id
kvStorage({} as KeyValueNamespace);
// @ts-expect-error: no such option
sessionCookie({ sameSite: "None" });
