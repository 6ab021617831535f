//! Converts replies and errors to JavaScript. A session or an error contains no token.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::front_api::FrontApi;
use super::json;
use crate::core::call::Reply;
use crate::core::error::{Code, Error, OAuthError};
use crate::core::event::SessionView;
use crate::core::lease::Lease;
use crate::core::record::SessionId;
use crate::core::time::{Millis, WallTime};

#[wasm_bindgen(module = "/src/web/token-error.js")]
extern "C" {
    /// The class of every error that a promise rejects with.
    #[wasm_bindgen(extends = js_sys::Error)]
    #[derive(Clone, Debug)]
    pub type TokenError;

    /// The code, as [`Code`] names it.
    #[wasm_bindgen(method, getter)]
    pub fn code(this: &TokenError) -> String;

    /// Whether the same call may succeed later although nobody acts.
    #[wasm_bindgen(method, getter)]
    pub fn transient(this: &TokenError) -> bool;

    /// The HTTP status, if there was a response.
    #[wasm_bindgen(method, getter)]
    pub fn status(this: &TokenError) -> Option<u16>;

    /// Seconds until the next attempt, if that is known.
    #[wasm_bindgen(method, getter = retryAfter)]
    pub fn retry_after(this: &TokenError) -> Option<f64>;

    /// The server's own error code (RFC 6749 §5.2).
    #[wasm_bindgen(method, getter)]
    pub fn error(this: &TokenError) -> Option<String>;

    /// The server's own explanation, for developers.
    #[wasm_bindgen(method, getter)]
    pub fn error_description(this: &TokenError) -> Option<String>;

    /// With `mfa_required`: the other strings of the response, such as `mfa_token`. They are secret.
    #[wasm_bindgen(method, getter)]
    pub fn parameters(this: &TokenError) -> Option<js_sys::Object>;
}

#[wasm_bindgen(module = "/src/web/errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = tokenError)]
    fn token_error(
        front: &FrontApi,
        code: &str,
        sentence: &str,
        detail: Option<&str>,
        transient: bool,
        status: Option<u16>,
        retry_after: Option<f64>,
        error: Option<&str>,
        error_description: Option<&str>,
        error_uri: Option<&str>,
        hint: Option<&str>,
        parameters: &JsValue,
        cause: &JsValue,
    ) -> JsValue;
}

/// What one client's replies and errors in JavaScript are made with: the front, which makes the objects, and the
/// platform's error from the last exchange, which is the `cause` of each error `network`.
#[derive(Debug)]
pub struct JsContext {
    /// The front.
    pub front: FrontApi,
    failure: RefCell<JsValue>,
}

impl JsContext {
    /// A context with this front, and without an error of the platform.
    pub fn new(front: FrontApi) -> JsContext {
        JsContext { front, failure: RefCell::default() }
    }

    /// Notes the platform's error if the last exchange had no response, and `undefined` if it had one.
    pub fn set_failure(&self, failure: JsValue) {
        let last = self.failure.replace(failure);
        drop(last);
    }
}

/// An error as a `TokenError`.
pub fn error(error: &Error, context: &JsContext) -> JsValue {
    let is_network = error.code == Code::Network;
    let cause = if is_network { context.failure.borrow().clone() } else { JsValue::UNDEFINED };
    let parameters = error.oauth.as_ref().filter(|oauth| oauth.parameters.iter().len() > 0);
    let text = |member: fn(&OAuthError) -> &Option<String>| member(error.oauth.as_ref()?).as_deref();
    token_error(
        &context.front,
        error.code.as_str(),
        error.code.sentence(),
        error.detail.as_deref(),
        error.code.is_transient(),
        error.status,
        error.retry_after.filter(|_| error.code.is_transient()).map(Millis::to_secs_f64),
        text(|oauth| &oauth.error),
        text(|oauth| &oauth.error_description),
        text(|oauth| &oauth.error_uri),
        text(|oauth| &oauth.hint),
        &parameters.map_or(JsValue::UNDEFINED, |oauth| json::pairs(&oauth.parameters)),
        &cause,
    )
}

/// The value that fulfils the promise of a call.
pub fn reply(reply: &Reply, context: &JsContext) -> JsValue {
    match reply {
        Reply::Session(session) => self::session(session.as_ref(), context),
        Reply::Token(token, _) => token.expose().into(),
        Reply::SignedOut => JsValue::UNDEFINED,
    }
}

/// The value that fulfils the promise of `authorize`: a token and its ticket.
pub fn authorization(reply: &Reply, _: &JsContext) -> JsValue {
    let Reply::Token(token, ticket) = reply else { return JsValue::UNDEFINED };
    let token = JsValue::from(token.expose());
    let user_session = ticket.user_session().map_or(JsValue::UNDEFINED, JsValue::from);
    Array::of2(&token, &Array::of2(&token, &user_session)).into()
}

/// The session, or null. It is the object that was given before, unless something has changed.
pub fn session(session: Option<&SessionView>, context: &JsContext) -> JsValue {
    let Some(session) = session else { return JsValue::NULL };
    context.front.session(
        &session.id().to_text(),
        session.subject().as_str(),
        session.scope(),
        session.expires_at().map(WallTime::to_f64),
        session.refresh_token_expires_at().map(WallTime::to_f64),
    )
}

/// Tells the front what the core has decided.
pub fn publish(session: Option<&SessionView>, lease: Option<&Lease>, context: &JsContext) {
    let session = self::session(session, context);
    let (from, until) =
        lease.map_or((0.0, 0.0), |lease| (lease.term.from.to_f64(), lease.term.until.to_f64()));
    let user_session = lease.and_then(|lease| lease.session.user_session()).map(SessionId::to_text);
    context.front.publish(
        &session,
        lease.map(|lease| lease.token.expose()),
        user_session.as_deref(),
        from,
        until,
    );
}
