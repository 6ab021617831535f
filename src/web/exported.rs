//! `Core`, the class that JavaScript loads. In front of it is the public class, in src/js/token-client.js.

use std::rc::Rc;

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::driver::Driver;
use super::front_api::FrontApi;
use super::to_js::{self, JsContext};
use super::{bearer, options};
use crate::core::call::Command;
use crate::core::time::Millis;

/// One client's core.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Core {
    driver: Rc<Driver>,
}

#[wasm_bindgen]
impl Core {
    /// A core with these options, which options.js has read. It does nothing yet.
    ///
    /// # Errors
    ///
    /// A `TokenError` that names the unusable option. options.js has refused it before.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &Object, front: FrontApi) -> Result<Core, JsValue> {
        let context = JsContext::new(front);
        match options::parts_of(options) {
            Ok(parts) => Ok(Core { driver: Driver::new(parts, context) }),
            Err(error) => Err(to_js::error(&error, &context)),
        }
    }

    /// Checks the time, and reads the storage unless it was read before.
    pub fn read(&self) {
        self.driver.read();
    }

    /// Makes a call. calls.js names the numbers of the calls. `waited` is the number of milliseconds for
    /// which the caller has waited already: the core may have been loaded meanwhile.
    pub fn call(&self, number: u32, argument: &Array, signal: Option<AbortSignal>, waited: f64) -> Promise {
        let waited = Millis::from_f64(waited);
        let token = |command| self.driver.call(command, signal.as_ref(), waited, to_js::authorization);
        let other = |command| self.driver.call(command, signal.as_ref(), waited, to_js::reply);
        match number {
            0 => other(Command::Session),
            1 => token(Command::Token {
                min_validity: Millis::from_secs_f64(argument.get(0).as_f64().unwrap_or_default()),
                force_refresh: argument.get(1).is_truthy(),
            }),
            2 => bearer::after_401(&self.driver, argument, signal.as_ref(), waited),
            3 => other(Command::SignIn(options::credentials(argument))),
            4 => other(Command::SignInAsGuest),
            5 => other(Command::SignOut),
            _ => match options::adoption(argument, self.driver.config()) {
                Ok(adoption) => other(Command::Adopt(adoption)),
                Err(error) => Promise::reject(&to_js::error(&error, &self.driver.context)),
            },
        }
    }

    /// What the core has taken in and decided, as JSON, without secrets.
    #[cfg(feature = "recorder")]
    pub fn recording(&self) -> String {
        self.driver.recording()
    }

    /// Stops everything but an exchange that is under way: its tokens are still stored.
    pub fn dispose(&self) {
        self.driver.dispose();
    }
}

/// Replays a recording. Gives a `Replay` as JSON.
///
/// # Errors
///
/// A text: why the recording cannot be read.
#[cfg(feature = "recorder")]
#[wasm_bindgen]
pub fn replay(recording: &str) -> Result<String, JsValue> {
    let replay = crate::recorder::replay(recording)?;
    serde_json::to_string(&replay).map_err(|error| error.to_string().into())
}
