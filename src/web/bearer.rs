//! The bearer `fetch` asks the core for a token, and whether the token may be sent to an origin.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::driver::Driver;
use super::{fetch, to_js};
use crate::core::call::{Command, Ticket};
use crate::core::error::{Code, Error};
use crate::core::io::Input;
use crate::core::time::Millis;
use crate::core::token::AccessToken;

#[wasm_bindgen(module = "/src/web/rust-bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bearerFetchForRust)]
    fn make(authorize: JsValue, own_fetch: Option<&Function>) -> Function;
}

/// The `fetch` of one client.
pub fn bearer_fetch(driver: &Rc<Driver>) -> Function {
    let driver_of_fetch = Rc::clone(driver);
    let authorize = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(
        move |origin_or_ticket: JsValue, signal: JsValue| {
            authorize(&driver_of_fetch, &origin_or_ticket, &signal)
        },
    );
    make(authorize.into_js_value(), driver.own_fetch())
}

/// For an origin: a token, if it may be sent there. For a ticket: see [`after_401`].
fn authorize(driver: &Driver, origin_or_ticket: &JsValue, signal: &JsValue) -> Promise {
    let signal = Some(signal.unchecked_ref()).filter(|_| signal.is_object());
    match origin_or_ticket.as_string() {
        None => after_401(driver, origin_or_ticket.unchecked_ref(), signal, Millis::ZERO),
        Some(origin) if driver.allows(&origin) => {
            let command = Command::Token { min_validity: Millis::ZERO, force_refresh: false };
            driver.call(command, signal, Millis::ZERO, to_js::authorization)
        }
        Some(origin) => {
            let error = Error::because(Code::OriginNotAllowed, &origin);
            Promise::reject(&to_js::error(&error, &driver.context))
        }
    }
}

/// For the ticket of a rejected token, and the address that rejected it: a newer token. If the array has a fourth item, the
/// status of the repeated request, the core only notes it.
pub fn after_401(driver: &Driver, parts: &Array, signal: Option<&AbortSignal>, waited: Millis) -> Promise {
    let address = parts.get(2).as_string().unwrap_or_default();
    if let Some(status) = parts.get(3).as_f64() {
        driver.handle(Input::Retried(address, fetch::status(status)));
        return Promise::resolve(&JsValue::UNDEFINED);
    }
    let token = AccessToken::new(parts.get(0).as_string().unwrap_or_default());
    let ticket = Ticket::new(token, parts.get(1).as_string().as_deref(), address);
    driver.call(Command::TokenAfter401(ticket), signal, waited, to_js::authorization)
}
