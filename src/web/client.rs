//! `TokenClient`, the exported class. `src/js/entries/index.d.ts` documents its methods for applications.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::driver::Driver;
use super::to_js::{self, Given};
use super::{bearer, options};
use crate::core::call::Command;
use crate::core::time::Millis;

/// A client that keeps one shopper's session.
#[wasm_bindgen]
#[derive(Debug)]
pub struct TokenClient {
    driver: Rc<Driver>,
}

#[wasm_bindgen]
impl TokenClient {
    /// Checks the options and does nothing else: no I/O, no timer, no random numbers.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the unusable option.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<TokenClient, JsValue> {
        let parts = options::parts(options).map_err(|error| to_js::error(&error, &Given::default()))?;
        Ok(TokenClient { driver: Driver::new(parts) })
    }

    /// The session, as far as the storage can be read synchronously.
    #[wasm_bindgen(getter)]
    pub fn session(&self) -> JsValue {
        self.driver.read();
        to_js::session(self.driver.view().as_ref(), &self.driver.given)
    }

    /// The features that this host is missing.
    #[wasm_bindgen(getter)]
    pub fn lacks(&self) -> Array {
        self.driver.missing_features()
    }

    /// The session. Sends nothing to the server.
    #[wasm_bindgen(js_name = getSession)]
    pub fn get_session(&self, options: &JsValue) -> Promise {
        self.call(options, Command::Session)
    }

    /// Signs a user in (RFC 6749 §4.3).
    #[wasm_bindgen(js_name = signIn)]
    pub fn sign_in(&self, credentials: &JsValue, options: &JsValue) -> Promise {
        match options::sign_in(credentials) {
            Ok(credentials) => self.call(options, Command::SignIn(credentials)),
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.given)),
        }
    }

    /// The session of the current guest, or of a new one.
    #[wasm_bindgen(js_name = signInAsGuest)]
    pub fn sign_in_as_guest(&self, options: &JsValue) -> Promise {
        self.call(options, Command::SignInAsGuest)
    }

    /// A valid access token.
    #[wasm_bindgen(js_name = getAccessToken)]
    pub fn get_access_token(&self, options: &JsValue) -> Promise {
        self.call(options, Command::Token { min_validity: Millis::ZERO, force_refresh: false })
    }

    /// Ends the session, and revokes its refresh token if the server supports that (RFC 7009).
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, options: &JsValue) -> Promise {
        self.call(options, Command::SignOut)
    }

    /// A token for the bearer `fetch`: see `authorize` in bearer.js.
    pub fn authorize(&self, origin_or_ticket: &JsValue, signal: &JsValue) -> Promise {
        bearer::authorize(&self.driver, origin_or_ticket, signal)
    }

    /// Adds a listener. Returns a function that removes it.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the unusable argument.
    pub fn on(&self, kind: &JsValue, listener: &JsValue, options: &JsValue) -> Result<Function, JsValue> {
        self.driver
            .events
            .on(kind, listener, options)
            .map_err(|error| to_js::error(&error, &self.driver.given))
    }

    /// Stops timers and listeners. The session stays in the storage; this is not a sign-out.
    pub fn dispose(&self) {
        self.driver.dispose();
    }
}

impl TokenClient {
    /// `fetch` with a bearer token. In JavaScript, `src/js/token-client.js` adds it to the class.
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
                self.driver.call(command, read.signal.as_ref(), to_js::reply)
            }
            Err(error) => Promise::reject(&to_js::error(&error, &self.driver.given)),
        }
    }
}
