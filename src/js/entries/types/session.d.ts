import type { TokenError } from "./token-error.js";

/** The session of a guest or a user. It contains no token, so you may log it. */
export interface Session {
  /** The session's id. It stays the same through every refresh. The client makes it: it is not the user's id. */
  readonly id: string;
  /** Whether the session is a guest's, or a user's who signed in. */
  readonly subject: "guest" | "user";
  /** The scope that the server granted; null if the server did not say and the client asked for none. */
  readonly scope: string | null;
  /** Milliseconds since 1970, by this machine's clock, at which the access token expires; null if the server did not say. */
  readonly expiresAt: number | null;
  /**
   * Milliseconds since 1970, by this machine's clock, at which the refresh token expires; null if the server did not say.
   * A refresh is due in the last fifth of the refresh token's lifetime, even if the access token is valid for longer. With
   * `refresh: "background"` a timer refreshes, with `refresh: "on-demand"` the next call.
   */
  readonly refreshTokenExpiresAt: number | null;
}

/** The events of {@link TokenClient.on}. */
export interface TokenClientEvents {
  /** A session began, ended, or was replaced by another. */
  sessionchange: SessionChangeEvent;
  /** The tokens were refreshed, or a refresh failed. */
  tokenrefresh: TokenRefreshEvent;
}

/** A session began, ended, or was replaced by another. */
export interface SessionChangeEvent extends Event {
  readonly type: "sessionchange";
  /** Why the session changed. */
  readonly reason: SessionChangeReason;
  /**
   * The session before this event; null if there was none. If its `id` differs from that of `session`, remove the old
   * session's data from the page. Before the first event, the property `session` may have shown a stored session. Then the
   * first event has that session as `previous`, unless the event only says that the same session is `restored`.
   *
   * If a page finds no session, but the page before in the same tab had one, and no listener was told of its end, the first
   * event has that session here. docs/troubleshooting.md says when the client cannot know that session.
   */
  readonly previous: Session | null;
  /** The session as it is now; null if there is none. */
  readonly session: Session | null;
  /**
   * True if the response to an earlier refresh, which may have had the new refresh token, did not come or broke off. The
   * server has rejected the old one since. Only with `refresh-rejected`.
   */
  readonly responseLost?: true;
  /** Why the session ended, or what was set aside. Only with `refresh-rejected`, `expired` and `record-set-aside`. */
  readonly error?: TokenError;
}

/** Why the session changed. */
export type SessionChangeReason =
  /** The client found the session in the storage or in another tab. */
  | "restored"
  /** A user signed in, here or in another tab. */
  | "signed-in"
  /** `adopt()` was called on this client. Other tabs get `signed-in` or `guest-created`. */
  | "adopted"
  /** A guest was created, here or in another tab. */
  | "guest-created"
  /** The server had rejected the guest's refresh token, so the client created a new guest, with a new cart. */
  | "guest-replaced"
  /**
   * Two pages had a guest each, since one of them was suspended when the other asked for a session. No caller had got a
   * token of this page's guest, so that guest has no cart: this page gave it up, and took the other page's guest.
   */
  | "guest-joined"
  /**
   * Another page has another session, a guest's or a user's, and this page's guest may have a cart. So each page keeps its
   * session, and `previous` is `session`. The event comes once for each other session. To bring both carts together, let
   * the user sign in on both pages: then both have the session of the second sign-in.
   */
  | "guest-kept"
  /** `signOut()` was called on this client. */
  | "signed-out"
  /**
   * The shopper signed out in another tab, or another tab's guest has replaced the user. The sign-out may be older than this
   * page: until its WebAssembly is loaded, the property `session` can show a session that has ended.
   */
  | "signed-out-elsewhere"
  /**
   * The record disappeared from the storage, and no client is known to have removed it. With `shareAcrossTabs`, an open page
   * restores its record in `sessionStorage` or `localStorage`. So you get this event only if the record disappeared between
   * two pages: after one page was left and before the next page had read the record.
   */
  | "storage-cleared"
  /**
   * The record under this client's key belongs to another server or client, or to another version of this package. The
   * client moved it to another key (the storage key plus ` set aside`), and goes on without it. `error` says why.
   */
  | "record-set-aside"
  /**
   * The server said that the refresh token is no longer valid: `error` has the server's words. If another page got that
   * response, and this page never had the session, `error` has no words of the server.
   */
  | "refresh-rejected"
  /** The access token expired, and the server had given no refresh token. */
  | "expired";

/** The tokens were refreshed, or a refresh failed. */
export interface TokenRefreshEvent extends Event {
  readonly type: "tokenrefresh";
  /**
   * | outcome | meaning |
   * | --- | --- |
   * | `refreshed` | this client refreshed the tokens |
   * | `received` | another tab or another process refreshed the tokens |
   * | `retrying` | a refresh failed; the client tries again in `retryIn` seconds |
   * | `stalled` | the access token has expired, and the server has refused every refresh for ten minutes. Calls get `login_required`; the client keeps the session, and refreshes less often |
   * | `failed` | a refresh failed; the next call that needs a token tries again |
   */
  readonly outcome: "refreshed" | "received" | "retrying" | "stalled" | "failed";
  /** How many attempts have failed in a row. Only with `retrying`, `stalled` and `failed`. */
  readonly attempt?: number;
  /** Seconds until the next attempt. Only with `retrying`. */
  readonly retryIn?: number;
  /** Why the refresh failed. Only with `retrying`, `stalled` and `failed`. */
  readonly error?: TokenError;
}
