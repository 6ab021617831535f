//! `TokenClient`, for programs in Rust. Its methods are those of the class in `src/js/entries/types/client.d.ts`. That file
//! says more about each, and with which codes it fails.
//!
//! A call begins at once, not when its future is awaited. Dropping the future does not stop the call.

use std::cell::OnceCell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, Response};

use super::driver::Driver;
use super::front_api::no_front;
use super::subscription::Subscription;
use super::to_js::{self, JsContext, TokenError};
use super::types::{ClientOptions, Credentials, Session, SessionChange, TokenRefresh};
use super::{bearer, options};
use crate::core::call::Command;
use crate::core::time::Millis;

/// A client that keeps one shopper's session. A clone is a second handle of the same client.
#[derive(Clone, Debug)]
pub struct TokenClient {
    driver: Rc<Driver>,
    fetch: Rc<OnceCell<Function>>,
}

impl PartialEq for TokenClient {
    fn eq(&self, other: &TokenClient) -> bool {
        Rc::ptr_eq(&self.driver, &other.driver)
    }
}

impl TokenClient {
    /// Checks the options. Sends no request, reads no storage, starts no timer.
    ///
    /// # Errors
    ///
    /// `invalid_option`: the message names the option.
    pub fn new(options: &ClientOptions) -> Result<TokenClient, TokenError> {
        let context = JsContext::new(no_front());
        match options::parts(options) {
            Ok(parts) => Ok(TokenClient { driver: Driver::new(parts, context), fetch: Rc::default() }),
            Err(error) => Err(to_js::error(&error, &context).unchecked_into()),
        }
    }

    /// The session, if the storage can be read synchronously; `None` if there is no session or it is not known yet.
    pub fn session(&self) -> Option<Session> {
        self.driver.read();
        Session::read(&to_js::session(self.driver.view().as_ref(), &self.driver.context))
    }

    /// The names of the features that this host lacks: strings.
    pub fn lacks(&self) -> Array {
        self.driver.missing_features()
    }

    /// Gets the session from the storage or from another page. Sends no request.
    pub fn get_session(&self) -> impl Future<Output = Result<Option<Session>, TokenError>> + use<> {
        let session = result(self.call(Command::Session));
        async { Ok(Session::read(&session.await?)) }
    }

    /// Signs a user in (RFC 6749 §4.3).
    pub fn sign_in(
        &self,
        credentials: &Credentials,
    ) -> impl Future<Output = Result<Session, TokenError>> + use<> {
        let promise = match options::sign_in(credentials) {
            Ok(credentials) => self.call(Command::SignIn(credentials)),
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.context)),
        };
        result(promise)
    }

    /// Takes over a session that other code began. The arguments are those of `adopt` in JavaScript.
    pub fn adopt(
        &self,
        tokens: &JsValue,
        options: &JsValue,
    ) -> impl Future<Output = Result<Session, TokenError>> + use<> {
        let promise = match options::adopt(tokens, options, self.driver.config()) {
            Ok(adoption) => self.call(Command::Adopt(adoption)),
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.context)),
        };
        result(promise)
    }

    /// Returns the guest's session, and creates a guest if there is no session yet.
    pub fn sign_in_as_guest(&self) -> impl Future<Output = Result<Session, TokenError>> + use<> {
        result(self.call(Command::SignInAsGuest))
    }

    /// Returns a valid access token, and refreshes it first if necessary.
    pub fn access_token(&self) -> impl Future<Output = Result<String, TokenError>> + use<> {
        self.token(Command::Token { min_validity: Millis::ZERO, force_refresh: false })
    }

    /// Returns an access token that stays valid for this duration.
    pub fn access_token_valid_for(
        &self,
        duration: Duration,
    ) -> impl Future<Output = Result<String, TokenError>> + use<> {
        let min_validity = Millis::from_secs_f64(duration.as_secs_f64());
        self.token(Command::Token { min_validity, force_refresh: false })
    }

    /// Refreshes the access token, and returns the new one.
    pub fn newer_access_token(&self) -> impl Future<Output = Result<String, TokenError>> + use<> {
        self.token(Command::Token { min_validity: Millis::ZERO, force_refresh: true })
    }

    /// Ends the session, and revokes its refresh token if there is a `revocationEndpoint` (RFC 7009 §2.1).
    pub fn sign_out(&self) -> impl Future<Output = Result<(), TokenError>> + use<> {
        let ended = result::<JsValue>(self.call(Command::SignOut));
        async { ended.await.map(drop) }
    }

    /// Sends a request with a bearer token.
    ///
    /// # Errors
    ///
    /// A [`TokenError`], or the error of the platform's `fetch`.
    pub fn fetch(&self, request: &Request) -> impl Future<Output = Result<Response, JsValue>> + use<> {
        self.send(request)
    }

    /// Gets this address with a bearer token.
    ///
    /// # Errors
    ///
    /// A [`TokenError`], or the error of the platform's `fetch`.
    pub fn get(&self, url: &str) -> impl Future<Output = Result<Response, JsValue>> + use<> {
        self.send(&url.into())
    }

    /// `fetch` with a bearer token, for JavaScript.
    pub fn fetch_function(&self) -> &Function {
        self.fetch.get_or_init(|| bearer::bearer_fetch(&self.driver))
    }

    /// Calls a listener after each change of the session, until the subscription is dropped.
    #[must_use = "the listener is removed when the subscription is dropped"]
    pub fn on_session_change(&self, listener: impl Fn(SessionChange) + 'static) -> Subscription {
        Subscription::new("sessionchange", &self.driver.context.front, listener)
    }

    /// Calls a listener after each refresh, whether it succeeded or failed, until the subscription is dropped.
    #[must_use = "the listener is removed when the subscription is dropped"]
    pub fn on_token_refresh(&self, listener: impl Fn(TokenRefresh) + 'static) -> Subscription {
        Subscription::new("tokenrefresh", &self.driver.context.front, listener)
    }

    /// Stops timers and listeners. Signs nobody out: the session stays in the storage.
    pub fn dispose(&self) {
        self.driver.dispose();
    }

    fn token(&self, command: Command) -> impl Future<Output = Result<String, TokenError>> + use<> {
        let token = result::<JsString>(self.call(command));
        async { token.await.map(String::from) }
    }

    fn send(&self, request: &JsValue) -> impl Future<Output = Result<Response, JsValue>> + use<> {
        let sent = self.fetch_function().call1(&JsValue::UNDEFINED, request);
        let response = sent.map(|promise| JsFuture::<Response>::from(promise.unchecked_into::<Promise<_>>()));
        async { response?.await }
    }

    fn call(&self, command: Command) -> Promise {
        self.driver.call(command, None, Millis::ZERO, to_js::reply)
    }
}

/// How a call ends.
fn result<T: JsCast>(promise: Promise) -> impl Future<Output = Result<T, TokenError>> {
    let future = JsFuture::from(promise);
    async { future.await.map(JsCast::unchecked_into).map_err(JsCast::unchecked_into) }
}
