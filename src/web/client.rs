//! `TokenClient`, the exported class. What its methods take and give is told in `src/js/entries/index.d.ts`.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::driver::Driver;
use super::{bearer, options, outward};
use crate::core::call::Command;
use crate::core::time::Millis;

/// Keeps one shopper's session.
#[wasm_bindgen]
#[derive(Debug)]
pub struct TokenClient {
    driver: Rc<Driver>,
}

#[wasm_bindgen]
impl TokenClient {
    /// Checks the options. Nothing else is done: no I/O, no timer, no randomness.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the option which cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<TokenClient, JsValue> {
        let parts = options::parts(options).map_err(|error| outward::error(&error))?;
        Ok(TokenClient { driver: Driver::new(parts) })
    }

    /// The session there is, as far as the storage says it at once.
    #[wasm_bindgen(getter)]
    pub fn session(&self) -> JsValue {
        self.driver.read();
        outward::session(self.driver.view().as_ref())
    }

    /// What the host does not give.
    #[wasm_bindgen(getter)]
    pub fn lacks(&self) -> Array {
        self.driver.lacks()
    }

    /// The session there is; the server is not asked.
    #[wasm_bindgen(js_name = getSession)]
    pub fn get_session(&self, options: &JsValue) -> Promise {
        self.ask(options, Command::Session)
    }

    /// Signs a user in (RFC 6749 §4.3).
    #[wasm_bindgen(js_name = signIn)]
    pub fn sign_in(&self, credentials: &JsValue, options: &JsValue) -> Promise {
        match options::sign_in(credentials) {
            Ok(credentials) => self.ask(options, Command::SignIn(credentials)),
            Err(error) => Promise::reject(&outward::error(&error)),
        }
    }

    /// The visitor's session that there is, or a new one.
    #[wasm_bindgen(js_name = signInAsGuest)]
    pub fn sign_in_as_guest(&self, options: &JsValue) -> Promise {
        self.ask(options, Command::SignInAsGuest)
    }

    /// An access token that is valid.
    #[wasm_bindgen(js_name = getAccessToken)]
    pub fn get_access_token(&self, options: &JsValue) -> Promise {
        self.ask(options, Command::Token { min_validity: Millis::ZERO, force_refresh: false })
    }

    /// Ends the session, and revokes its refresh token where the server can (RFC 7009).
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, options: &JsValue) -> Promise {
        self.ask(options, Command::SignOut)
    }

    /// What `fetch` asks for: see `authorize` in bearer.js.
    pub fn authorize(&self, what: &JsValue, signal: &JsValue) -> Promise {
        bearer::authorize(&self.driver, what, signal)
    }

    /// Adds a listener; the function that it returns takes the listener away again.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the argument which cannot be used.
    pub fn on(&self, kind: &JsValue, listener: &JsValue, options: &JsValue) -> Result<Function, JsValue> {
        self.driver.events.on(kind, listener, options).map_err(|error| outward::error(&error))
    }

    /// Stops timers and listeners. The session stays stored, and nobody is signed out.
    pub fn dispose(&self) {
        self.driver.dispose();
    }
}

impl TokenClient {
    /// `fetch` with a bearer token. In JavaScript it is a member of the class: see `src/js/token-client.js`.
    pub fn fetch(&self) -> Function {
        bearer::bearer_fetch(&self.driver)
    }

    /// Asks, with what the options say about a token.
    fn ask(&self, options: &JsValue, mut ask: Command) -> Promise {
        match options::call(options) {
            Ok(read) => {
                if let Command::Token { min_validity, force_refresh } = &mut ask {
                    (*min_validity, *force_refresh) = (read.min_validity, read.force_refresh);
                }
                self.driver.call(ask, read.signal.as_ref(), outward::reply)
            }
            Err(error) => Promise::reject(&outward::error(&error)),
        }
    }
}
