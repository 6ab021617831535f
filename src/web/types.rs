//! The types of `src/js/entries/types`, for programs in Rust. Those files say more about each.

use std::fmt;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::to_js::TokenError;
use super::token_storage::{TokenStorage, storage_object};

#[wasm_bindgen]
extern "C" {
    /// The options of a client. Each setter says what the client does if it is not called.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type ClientOptions;

    /// `server`: the server's dialect, by the name of a built-in profile. Default: `"oauth2"`.
    #[wasm_bindgen(method, setter = server)]
    pub fn set_server(this: &ClientOptions, name: &str);

    /// `server`: the server's dialect, as an object of the TypeScript type `ServerProfile`.
    #[wasm_bindgen(method, setter = server)]
    pub fn set_server_profile(this: &ClientOptions, profile: &Object);

    /// `clientId`: the client identifier (RFC 6749 §2.2). Default: none; some profiles require one.
    #[wasm_bindgen(method, setter = clientId)]
    pub fn set_client_id(this: &ClientOptions, id: &str);

    /// `clientSecret`: the client's password (RFC 6749 §2.3.1). Default: none.
    #[wasm_bindgen(method, setter = clientSecret)]
    pub fn set_client_secret(this: &ClientOptions, secret: &str);

    /// `scope`: the names of the scope that a sign-in asks for, separated by spaces (RFC 6749 §3.3). Default: none; the
    /// server decides.
    #[wasm_bindgen(method, setter = scope)]
    pub fn set_scope(this: &ClientOptions, scope: &str);

    /// `guest`: whether the client creates a guest, in the server's own way, when a call needs a token and nobody is
    /// signed in. Default: false.
    #[wasm_bindgen(method, setter = guest)]
    pub fn set_guest(this: &ClientOptions, guest: bool);

    /// `guest`: the client creates guests with these credentials.
    #[wasm_bindgen(method, setter = guest)]
    pub fn set_guest_credentials(this: &ClientOptions, guest: &Credentials);

    /// `allowedOrigins`: the origins to which `fetch` may send the token. Default: the token endpoint's origin.
    #[wasm_bindgen(method, setter = allowedOrigins)]
    pub fn set_allowed_origins(this: &ClientOptions, origins: Vec<String>);

    /// `storage`: `"session"`, `"local"` or `"memory"`. Default: `"session"` in a page, `"memory"` elsewhere.
    #[wasm_bindgen(method, setter = storage)]
    pub fn set_storage(this: &ClientOptions, name: &str);

    #[wasm_bindgen(method, setter = storage)]
    fn set_storage_object(this: &ClientOptions, storage: &Object);

    /// `storageKey`: the key of the session's record in the storage. Default: a key made of server, token endpoint and
    /// client identifier.
    #[wasm_bindgen(method, setter = storageKey)]
    pub fn set_storage_key(this: &ClientOptions, key: &str);

    /// `shareAcrossTabs`: whether the tabs of an origin share one session. Default: true in a page, false elsewhere.
    #[wasm_bindgen(method, setter = shareAcrossTabs)]
    pub fn set_share_across_tabs(this: &ClientOptions, share: bool);

    /// `refresh`: `"background"` (by a timer) or `"on-demand"` (when a call needs a token). Default: `"background"` in a
    /// page, `"on-demand"` elsewhere.
    #[wasm_bindgen(method, setter = refresh)]
    pub fn set_refresh(this: &ClientOptions, mode: &str);

    /// `refreshLeadTime`: seconds between a token's refresh and its expiry. Default: a fifth of the lifetime, at most 60.
    #[wasm_bindgen(method, setter = refreshLeadTime)]
    pub fn set_refresh_lead_time(this: &ClientOptions, seconds: f64);

    /// `timeout`: milliseconds that a call waits. Default: 15000.
    #[wasm_bindgen(method, setter = timeout)]
    pub fn set_timeout(this: &ClientOptions, milliseconds: f64);

    /// `revocationEndpoint`: the URL at which a sign-out revokes the refresh token (RFC 7009 §2). Default: none.
    #[wasm_bindgen(method, setter = revocationEndpoint)]
    pub fn set_revocation_endpoint(this: &ClientOptions, url: &str);

    /// `fetch`: the function that sends every request. Default: the host's `fetch`.
    #[wasm_bindgen(method, setter = fetch)]
    pub fn set_fetch(this: &ClientOptions, fetch: &Function);

    /// `waitUntil`: the function that keeps a Worker alive for a promise. Default: none. If a request ends while its client
    /// refreshes, a Worker then loses the new tokens; a Durable Object does not, and needs no function. Pass a closure
    /// that passes the promise to `Context::wait_until` of the crate `worker`.
    #[wasm_bindgen(method, setter = waitUntil)]
    pub fn set_wait_until(this: &ClientOptions, wait_until: &Function);

    #[wasm_bindgen(method, setter = tokenEndpoint)]
    fn set_token_endpoint(this: &ClientOptions, url: &str);

    /// A user name and a password, and additional parameters of a sign-in.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type Credentials;

    #[wasm_bindgen(method, setter = username)]
    fn set_username(this: &Credentials, username: &str);

    #[wasm_bindgen(method, setter = password)]
    fn set_password(this: &Credentials, password: &str);

    /// `parameters`: an object whose values are strings. Default: none.
    #[wasm_bindgen(method, setter = parameters)]
    pub fn set_parameters(this: &Credentials, parameters: &Object);

    /// A session, without its tokens. It stays the same object until the session changes.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone, Debug, PartialEq)]
    pub type Session;

    /// The session's identifier, which stays the same through every refresh.
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &Session) -> String;

    /// `"guest"` or `"user"`.
    #[wasm_bindgen(method, getter)]
    pub fn subject(this: &Session) -> String;

    /// The scope that was granted (RFC 6749 §5.1).
    #[wasm_bindgen(method, getter)]
    pub fn scope(this: &Session) -> Option<String>;

    /// Milliseconds since 1970 at which the access token expires, if the server said so.
    #[wasm_bindgen(method, getter = expiresAt)]
    pub fn expires_at(this: &Session) -> Option<f64>;

    /// Milliseconds since 1970 at which the refresh token expires, if the server said so.
    #[wasm_bindgen(method, getter = refreshTokenExpiresAt)]
    pub fn refresh_token_expires_at(this: &Session) -> Option<f64>;

    /// The event `sessionchange`.
    #[wasm_bindgen(extends = web_sys::Event)]
    #[derive(Clone, Debug)]
    pub type SessionChange;

    /// Why the session changed: one of the names of [`Reason`](crate::core::event::Reason).
    #[wasm_bindgen(method, getter)]
    pub fn reason(this: &SessionChange) -> String;

    #[wasm_bindgen(method, getter = previous)]
    fn previous_value(this: &SessionChange) -> JsValue;

    #[wasm_bindgen(method, getter = session)]
    fn session_value(this: &SessionChange) -> JsValue;

    #[wasm_bindgen(method, getter = responseLost)]
    fn response_lost_value(this: &SessionChange) -> JsValue;

    /// Why the session ended, or why a record was set aside.
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &SessionChange) -> Option<TokenError>;

    /// The event `tokenrefresh`.
    #[wasm_bindgen(extends = web_sys::Event)]
    #[derive(Clone, Debug)]
    pub type TokenRefresh;

    /// `"refreshed"`, `"received"`, `"retrying"`, `"stalled"` or `"failed"`.
    #[wasm_bindgen(method, getter)]
    pub fn outcome(this: &TokenRefresh) -> String;

    /// How many attempts have failed in a row, after a failure.
    #[wasm_bindgen(method, getter)]
    pub fn attempt(this: &TokenRefresh) -> Option<u32>;

    /// Seconds until the next attempt, if one is planned.
    #[wasm_bindgen(method, getter = retryIn)]
    pub fn retry_in(this: &TokenRefresh) -> Option<f64>;

    /// Why the refresh failed, if it did.
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &TokenRefresh) -> Option<TokenError>;
}

impl ClientOptions {
    /// Options with a token endpoint and nothing else.
    pub fn new(token_endpoint: &str) -> ClientOptions {
        let options: ClientOptions = Object::new().unchecked_into();
        options.set_token_endpoint(token_endpoint);
        options
    }

    /// `storage`: a storage of the application's own.
    pub fn set_token_storage(&self, storage: impl TokenStorage) {
        self.set_storage_object(&storage_object(storage));
    }
}

impl Credentials {
    /// Credentials with this user name and this password.
    pub fn new(username: &str, password: &str) -> Credentials {
        let credentials: Credentials = Object::new().unchecked_into();
        credentials.set_username(username);
        credentials.set_password(password);
        credentials
    }
}

impl Session {
    /// The session, unless it is `null`.
    pub(super) fn read(value: &JsValue) -> Option<Session> {
        value.is_object().then(|| value.clone().unchecked_into())
    }
}

impl SessionChange {
    /// The session before this event, if there was one.
    pub fn previous(&self) -> Option<Session> {
        Session::read(&self.previous_value())
    }

    /// The session after this event, if there is one.
    pub fn session(&self) -> Option<Session> {
        Session::read(&self.session_value())
    }

    /// With the reason `refresh-rejected`: whether the response to an earlier refresh was lost.
    pub fn response_lost(&self) -> bool {
        self.response_lost_value().is_truthy()
    }
}

// Both contain secrets, so their `Debug` shows the name of the type alone.

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientOptions")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}
