//! The types of `src/js/entries/index.d.ts`, which documents them, for programs in Rust.

use std::fmt;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::to_js::TokenError;
use super::token_storage::{TokenStorage, storage_object};

#[wasm_bindgen]
extern "C" {
    /// The options of a client.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type ClientOptions;

    /// `server`: the name of its dialect.
    #[wasm_bindgen(method, setter = server)]
    pub fn set_server(this: &ClientOptions, name: &str);

    /// `server`: a dialect, as the type `ServerProfile` describes it.
    #[wasm_bindgen(method, setter = server)]
    pub fn set_server_profile(this: &ClientOptions, profile: &Object);

    /// `clientId`
    #[wasm_bindgen(method, setter = clientId)]
    pub fn set_client_id(this: &ClientOptions, id: &str);

    /// `clientSecret`
    #[wasm_bindgen(method, setter = clientSecret)]
    pub fn set_client_secret(this: &ClientOptions, secret: &str);

    /// `scope`
    #[wasm_bindgen(method, setter = scope)]
    pub fn set_scope(this: &ClientOptions, scope: &str);

    /// `guest`
    #[wasm_bindgen(method, setter = guest)]
    pub fn set_guest(this: &ClientOptions, guest: bool);

    /// `guest`: with these credentials.
    #[wasm_bindgen(method, setter = guest)]
    pub fn set_guest_credentials(this: &ClientOptions, guest: &Credentials);

    /// `allowedOrigins`
    #[wasm_bindgen(method, setter = allowedOrigins)]
    pub fn set_allowed_origins(this: &ClientOptions, origins: Vec<String>);

    /// `storage`: `"session"`, `"local"` or `"memory"`.
    #[wasm_bindgen(method, setter = storage)]
    pub fn set_storage(this: &ClientOptions, name: &str);

    #[wasm_bindgen(method, setter = storage)]
    fn set_storage_object(this: &ClientOptions, storage: &Object);

    /// `storageKey`
    #[wasm_bindgen(method, setter = storageKey)]
    pub fn set_storage_key(this: &ClientOptions, key: &str);

    /// `shareAcrossTabs`
    #[wasm_bindgen(method, setter = shareAcrossTabs)]
    pub fn set_share_across_tabs(this: &ClientOptions, share: bool);

    /// `refresh`: `"background"` or `"on-demand"`.
    #[wasm_bindgen(method, setter = refresh)]
    pub fn set_refresh(this: &ClientOptions, mode: &str);

    /// `refreshLeadTime`, in seconds.
    #[wasm_bindgen(method, setter = refreshLeadTime)]
    pub fn set_refresh_lead_time(this: &ClientOptions, seconds: f64);

    /// `timeout`, in milliseconds.
    #[wasm_bindgen(method, setter = timeout)]
    pub fn set_timeout(this: &ClientOptions, milliseconds: f64);

    /// `revocationEndpoint`
    #[wasm_bindgen(method, setter = revocationEndpoint)]
    pub fn set_revocation_endpoint(this: &ClientOptions, url: &str);

    /// `fetch`
    #[wasm_bindgen(method, setter = fetch)]
    pub fn set_fetch(this: &ClientOptions, fetch: &Function);

    /// `waitUntil`
    #[wasm_bindgen(method, setter = waitUntil)]
    pub fn set_wait_until(this: &ClientOptions, wait_until: &Function);

    #[wasm_bindgen(method, setter = tokenEndpoint)]
    fn set_token_endpoint(this: &ClientOptions, url: &str);

    /// A user name, a password, and the additional parameters of a sign-in.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type Credentials;

    #[wasm_bindgen(method, setter = username)]
    fn set_username(this: &Credentials, username: &str);

    #[wasm_bindgen(method, setter = password)]
    fn set_password(this: &Credentials, password: &str);

    /// `parameters`: an object whose values are texts.
    #[wasm_bindgen(method, setter = parameters)]
    pub fn set_parameters(this: &Credentials, parameters: &Object);

    /// A session, without tokens. It is the same object until something in it changes.
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

    /// When the access token expires, in milliseconds since 1970, if the server said so.
    #[wasm_bindgen(method, getter = expiresAt)]
    pub fn expires_at(this: &Session) -> Option<f64>;

    /// When the refresh token expires, in milliseconds since 1970, if the server said so.
    #[wasm_bindgen(method, getter = refreshTokenExpiresAt)]
    pub fn refresh_token_expires_at(this: &Session) -> Option<f64>;

    /// The event `sessionchange`.
    #[wasm_bindgen(extends = web_sys::Event)]
    #[derive(Clone, Debug)]
    pub type SessionChange;

    /// Why the session changed, as [`Reason`](crate::core::event::Reason) names it.
    #[wasm_bindgen(method, getter)]
    pub fn reason(this: &SessionChange) -> String;

    #[wasm_bindgen(method, getter = previous)]
    fn previous_value(this: &SessionChange) -> JsValue;

    #[wasm_bindgen(method, getter = session)]
    fn session_value(this: &SessionChange) -> JsValue;

    /// Why the session ended, if there is an error.
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &SessionChange) -> Option<TokenError>;

    /// The event `tokenrefresh`.
    #[wasm_bindgen(extends = web_sys::Event)]
    #[derive(Clone, Debug)]
    pub type TokenRefresh;

    /// `"refreshed"`, `"received"`, `"retrying"`, `"stalled"` or `"failed"`.
    #[wasm_bindgen(method, getter)]
    pub fn outcome(this: &TokenRefresh) -> String;

    /// How many attempts in a row have failed.
    #[wasm_bindgen(method, getter)]
    pub fn attempt(this: &TokenRefresh) -> Option<u32>;

    /// Seconds until the next attempt.
    #[wasm_bindgen(method, getter = retryIn)]
    pub fn retry_in(this: &TokenRefresh) -> Option<f64>;

    /// Why the refresh failed.
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &TokenRefresh) -> Option<TokenError>;
}

impl ClientOptions {
    /// The options that have only a token endpoint.
    pub fn new(token_endpoint: &str) -> ClientOptions {
        let options: ClientOptions = Object::new().unchecked_into();
        options.set_token_endpoint(token_endpoint);
        options
    }

    /// `storage`: the application's own.
    pub fn set_token_storage(&self, storage: impl TokenStorage) {
        self.set_storage_object(&storage_object(storage));
    }
}

impl Credentials {
    /// The credentials of a user.
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
    /// The session that was current before.
    pub fn previous(&self) -> Option<Session> {
        Session::read(&self.previous_value())
    }

    /// The current session.
    pub fn session(&self) -> Option<Session> {
        Session::read(&self.session_value())
    }
}

// Both hold secrets.

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
