//! `TokenClient`, for programs in Rust. Its methods are those of the class in `src/js/entries/index.d.ts`, which
//! documents them; they take and give JavaScript's values.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::driver::Driver;
use super::front_api::no_front;
use super::to_js::{self, Given};
use super::{bearer, events, options};
use crate::core::call::Command;
use crate::core::time::Millis;

/// A client that keeps one shopper's session.
#[derive(Debug)]
pub struct TokenClient {
    driver: Rc<Driver>,
}

impl TokenClient {
    /// Checks the options and does nothing else: no I/O, no timer, no random numbers.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the unusable option.
    pub fn new(options: &JsValue) -> Result<TokenClient, JsValue> {
        let given = Given::new(no_front());
        match options::parts(options) {
            Ok(parts) => Ok(TokenClient { driver: Driver::new(parts, given) }),
            Err(error) => Err(to_js::error(&error, &given)),
        }
    }

    /// The session, as far as the storage can be read synchronously.
    pub fn session(&self) -> JsValue {
        self.driver.read();
        to_js::session(self.driver.view().as_ref(), &self.driver.given)
    }

    /// The features that this host is missing.
    pub fn lacks(&self) -> Array {
        self.driver.missing_features()
    }

    /// The session. Sends nothing to the server.
    pub fn get_session(&self, options: &JsValue) -> Promise {
        self.call(options, Command::Session)
    }

    /// Signs a user in (RFC 6749 §4.3).
    pub fn sign_in(&self, credentials: &JsValue, options: &JsValue) -> Promise {
        match options::sign_in(credentials) {
            Ok(credentials) => self.call(options, Command::SignIn(credentials)),
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.given)),
        }
    }

    /// Makes a session that another client began the current one.
    pub fn adopt(&self, tokens: &JsValue, options: &JsValue) -> Promise {
        match options::adopt(tokens, options, self.driver.config()) {
            Ok(adoption) => self.call(options, Command::Adopt(adoption)),
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.given)),
        }
    }

    /// The session of the current guest, or of a new one.
    pub fn sign_in_as_guest(&self, options: &JsValue) -> Promise {
        self.call(options, Command::SignInAsGuest)
    }

    /// A valid access token.
    pub fn get_access_token(&self, options: &JsValue) -> Promise {
        self.call(options, Command::Token { min_validity: Millis::ZERO, force_refresh: false })
    }

    /// Ends the session, and revokes its refresh token if the server supports that (RFC 7009).
    pub fn sign_out(&self, options: &JsValue) -> Promise {
        self.call(options, Command::SignOut)
    }

    /// Adds a listener. Returns a function that removes it.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the unusable argument.
    pub fn on(&self, kind: &JsValue, listener: &JsValue, options: &JsValue) -> Result<Function, JsValue> {
        events::listen(&self.driver.given.front, kind, listener, options)
            .map_err(|error| to_js::error(&error, &self.driver.given))
    }

    /// Stops timers and listeners. The session stays in the storage; this is not a sign-out.
    pub fn dispose(&self) {
        self.driver.dispose();
    }

    /// `fetch` with a bearer token.
    pub fn fetch(&self) -> Function {
        bearer::bearer_fetch(&self.driver)
    }

    /// Makes a call, with the options that concern a token.
    fn call(&self, options: &JsValue, mut command: Command) -> Promise {
        match options::call(options) {
            Ok(read) => {
                if let Command::Token { min_validity, force_refresh } = &mut command {
                    (*min_validity, *force_refresh) = (read.min_validity, read.force_refresh);
                }
                self.driver.call(command, read.signal.as_ref(), Millis::ZERO, to_js::reply)
            }
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.given)),
        }
    }
}
