//! What `fetch` with a bearer token needs to know: where the token may go, and the token.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::driver::Driver;
use super::outward;
use crate::core::call::{Command, Ticket};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;

#[wasm_bindgen(module = "/src/web/bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bearerFetch)]
    fn make(authorize: JsValue, own: Option<&Function>) -> Function;
}

/// The `fetch` of one client.
pub fn bearer_fetch(driver: &Rc<Driver>) -> Function {
    let asked = Rc::clone(driver);
    let authorize =
        Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |what: JsValue, signal: JsValue| {
            authorize(&asked, &what, &signal)
        });
    make(authorize.into_js_value(), driver.own_fetch())
}

/// The token that may go to an origin, or the one in the place of that which has this ticket.
pub fn authorize(driver: &Driver, what: &JsValue, signal: &JsValue) -> Promise {
    match ask(driver, what) {
        Ok(ask) => driver.call(ask, Some(signal.unchecked_ref()), outward::authorization),
        Err(error) => Promise::reject(&outward::error(&error)),
    }
}

/// Asks for a token that may go to this origin, or for one in the place of that which has this ticket.
fn ask(driver: &Driver, what: &JsValue) -> Result<Command, Error> {
    if let Some(origin) = what.as_string() {
        return match driver.allows(&origin) {
            true => Ok(Command::Token { min_validity: Millis::ZERO, force_refresh: false }),
            false => Err(Error::because(Code::OriginNotAllowed, &origin)),
        };
    }
    let ticket: &Array = what.unchecked_ref();
    Ok(Command::Replacement(Ticket::from_parts(
        ticket.get(0).as_f64().unwrap_or_default(),
        ticket.get(1).as_string(),
    )))
}
