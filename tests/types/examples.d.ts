// What the examples of the types take as given.
import type { CoordinatorStub, KeyValueNamespace, BrowserSession, SessionCookie } from "storefront-token-client/cloudflare";
import type { RateLimiter } from "storefront-token-client/relay";
import type * as client from "storefront-token-client";
import type { TestClock, TestStorefront } from "storefront-token-client/testing";

declare global {
  const auth: client.TokenClient;
  const options: client.TokenClientOptions;
  const clientId: string;
  const clientSecret: string;
  const scope: string;
  const username: string;
  const password: string;
  const database: {
    get(key: string): Promise<string | null>;
    put(key: string, value: string): Promise<void>;
    delete(key: string): Promise<void>;
  };
  const request: Request;
  const response: Response;
  const cookie: SessionCookie;
  const session: BrowserSession;
  const id: string;
  const ctx: { waitUntil(promise: Promise<unknown>): void };
  const env: {
    CLIENT_SECRET: string;
    COOKIE_SECRET: string;
    RATE_LIMITER: RateLimiter;
    CACHE: KeyValueNamespace;
    SESSIONS: { getByName(name: string): CoordinatorStub; idFromName(name: string): object; get(id: object): CoordinatorStub };
  };
  const process: { env: { COOKIE_SECRET?: string } };
  const shop: TestStorefront;
  const clock: TestClock;
  function storageOf(user: string): client.TokenStorage;
  /** Of a test runner. */
  function test(name: string, run: () => Promise<void>): void;
  /** Of MSW. */
  const http: { all(path: string, resolver: (info: { request: Request }) => Promise<Response>): unknown };
  function show(text: string): void;
}
