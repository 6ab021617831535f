// Components and a server, by the entries for them. Vue's own types need a newer compiler: the examples try that entry.

import { TokenClient, type Session } from "storefront-token-client";
import { useSession, useSessionStatus, type SessionStatus } from "storefront-token-client/react";
import { processLock, serverSession, sessionCookie, type SessionLock, type SessionStore } from "storefront-token-client/server";
import { sessionStatusStore, sessionStore } from "storefront-token-client/svelte";

const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token" });

const session: Session | null = useSession(auth);
const status: SessionStatus = useSessionStatus(auth);
const statuses: SessionStatus[] = ["unknown", "nobody", "guest", "user", status];
// @ts-expect-error A session is only read.
if (session) session.subject = "user";

const ends: (() => void)[] = [sessionStore(auth).subscribe((now) => now?.id), sessionStatusStore(auth).subscribe((now) => statuses.push(now))];
ends.forEach((end) => end());

const lock: SessionLock = processLock();
const stores: SessionStore[] = [new Map<string, string>(), { get: async () => null, set: async () => {}, delete: async () => {} }];

/** Node's, as far as it is used. */
const request = { httpVersion: "1.1", headers: { cookie: "a=b", accept: ["text/html"] } };

export async function handle(): Promise<Headers> {
  const session = await serverSession(request, { cookie: sessionCookie(), store: stores[0] ?? new Map(), lock });
  new TokenClient({ tokenEndpoint: "https://shop.example/token", guest: !session.isKnown, storage: session.storage });
  // @ts-expect-error A store is required.
  await serverSession(new Request("https://shop.example"), { cookie: sessionCookie() });
  return new Headers(await session.headers());
}
