//! The application's listeners.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use super::front_api::FrontApi;
use super::options;
use super::to_js::{self, JsContext};
use crate::core::error::{Code, Error, RESPONSE_LOST};
use crate::core::event::{Event, Refresh};

#[wasm_bindgen(module = "/src/web/events.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn on(
        target: &EventTarget,
        kind: &JsValue,
        listener: &JsValue,
        options: &JsValue,
    ) -> Result<Function, JsValue>;

    fn emit(
        target: &EventTarget,
        reason_or_outcome: &str,
        session: &JsValue,
        previous: &JsValue,
        error: &JsValue,
        attempt: Option<u32>,
        retry_in: Option<f64>,
        response_lost: bool,
    );
}

/// Adds a listener. Returns a function that removes it.
///
/// # Errors
///
/// [`Code::InvalidArgument`] with the argument's name.
pub fn listen(
    front: &FrontApi,
    kind: &JsValue,
    listener: &JsValue,
    options: &JsValue,
) -> Result<Function, Error> {
    on(&front.events(), kind, listener, options)
        .map_err(|error| options::invalid(Code::InvalidArgument, &error))
}

/// Calls the listeners.
pub fn dispatch(event: &Event, context: &JsContext) {
    let (reason_or_outcome, session, previous, error, attempt, retry_in) = match event {
        Event::SessionChange { reason, previous, session, error } => {
            let previous = to_js::session(previous.as_ref(), context);
            let session = to_js::session(session.as_ref(), context);
            (reason.as_str(), session, previous, error.as_ref(), None, None)
        }
        Event::TokenRefresh(refresh) => {
            let (outcome, error, attempt, retry_in) = match refresh {
                Refresh::Refreshed => ("refreshed", None, None, None),
                Refresh::Received => ("received", None, None, None),
                Refresh::Retrying { attempt, retry_in, error } => {
                    ("retrying", Some(error), Some(*attempt), Some(retry_in.to_secs_f64()))
                }
                Refresh::Stalled { attempt, error } => ("stalled", Some(error), Some(*attempt), None),
                Refresh::Failed { attempt, error } => ("failed", Some(error), Some(*attempt), None),
            };
            (outcome, JsValue::UNDEFINED, JsValue::UNDEFINED, error, attempt, retry_in)
        }
    };
    let response_lost = error.is_some_and(|error| error.detail.as_deref() == Some(RESPONSE_LOST));
    let error = error.map_or(JsValue::UNDEFINED, |error| to_js::error(error, context));
    emit(
        &context.front.events(),
        reason_or_outcome,
        &session,
        &previous,
        &error,
        attempt,
        retry_in,
        response_lost,
    );
}
