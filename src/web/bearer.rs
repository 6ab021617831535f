//! The bearer `fetch` asks the core for a token, and whether the token may be sent to an origin.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::driver::Driver;
use super::to_js;
use crate::core::call::{Command, Ticket};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;
use crate::core::token::AccessToken;

#[wasm_bindgen(module = "/src/web/own-bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = ownBearerFetch)]
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

/// For an origin: a token, if it may be sent there. For the ticket of a rejected token: a newer one.
pub fn authorize(driver: &Driver, origin_or_ticket: &JsValue, signal: &JsValue) -> Promise {
    match command(driver, origin_or_ticket) {
        Ok(command) => {
            let signal = Some(signal.unchecked_ref()).filter(|_| signal.is_object());
            driver.call(command, signal, Millis::ZERO, to_js::authorization)
        }
        Err(error) => Promise::reject(&to_js::error(&error, &driver.context)),
    }
}

fn command(driver: &Driver, origin_or_ticket: &JsValue) -> Result<Command, Error> {
    if let Some(origin) = origin_or_ticket.as_string() {
        return match driver.allows(&origin) {
            true => Ok(Command::Token { min_validity: Millis::ZERO, force_refresh: false }),
            false => Err(Error::because(Code::OriginNotAllowed, &origin)),
        };
    }
    Ok(Command::Replacement(ticket(origin_or_ticket.unchecked_ref())))
}

/// The ticket of a rejected token, and the address that rejected it.
pub fn ticket(parts: &Array) -> Ticket {
    Ticket::new(
        AccessToken::new(parts.get(0).as_string().unwrap_or_default()),
        parts.get(1).as_string().as_deref(),
        parts.get(2).as_string().unwrap_or_default(),
    )
}
