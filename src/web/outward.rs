//! What the application gets to see: sessions, events, errors. No token is in any of them.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::json;
use crate::core::call::Reply;
use crate::core::error::Error;
use crate::core::event::{Event, Refresh, SessionView};
use crate::core::members::{Members, Value};

#[wasm_bindgen(module = "/src/js/errors.js")]
extern "C" {
    /// The class that every promise rejects with.
    #[wasm_bindgen(extends = js_sys::Error)]
    pub type TokenError;

    #[wasm_bindgen(constructor)]
    fn new(code: &str, message: &str, details: &JsValue) -> TokenError;
}

/// An error, as JavaScript throws it.
pub fn error(error: &Error) -> JsValue {
    let mut details = Members::new();
    details.push("transient", Value::Bool(error.code.is_transient()));
    if let Some(status) = error.status {
        details.push("status", Value::Number(status.into()));
    }
    if let Some(retry_after) = error.retry_after {
        details.push("retryAfter", Value::Number(retry_after.to_secs_f64()));
    }
    if let Some(oauth) = &error.oauth {
        details.push_text("error", oauth.error.as_deref());
        details.push_text("error_description", oauth.error_description.as_deref());
        details.push_text("error_uri", oauth.error_uri.as_deref());
        details.push_text("hint", oauth.hint.as_deref());
    }
    TokenError::new(error.code.as_str(), &error.message(), &json::to_object(&details)).into()
}

/// The value that a call's promise is fulfilled with.
pub fn reply(reply: &Reply) -> JsValue {
    match reply {
        Reply::Session(session) => self::session(session.as_ref()),
        Reply::Token(token, _) => token.expose().into(),
        Reply::SignedOut => JsValue::UNDEFINED,
    }
}

/// The value that a call for an authorization is fulfilled with: the token, and its ticket.
pub fn authorization(reply: &Reply) -> JsValue {
    let Reply::Token(token, ticket) = reply else { return JsValue::UNDEFINED };
    let (generation, user) = ticket.to_parts();
    let user = user.map_or(JsValue::UNDEFINED, JsValue::from);
    Array::of2(&token.expose().into(), &Array::of2(&generation.into(), &user)).into()
}

/// A session, or null.
pub fn session(session: Option<&SessionView>) -> JsValue {
    session.map_or(JsValue::NULL, |session| json::to_object(&session_members(session)))
}

fn session_members(session: &SessionView) -> Members {
    let mut members = Members::new();
    members.push_text("id", Some(session.id.as_str()));
    members.push_text("subject", Some(session.subject.as_str()));
    members.push("scope", session.scope.clone().map_or(Value::Null, Value::Text));
    let expires_at = session.expires_at.map(|at| Value::Number(at.to_f64()));
    members.push("expiresAt", expires_at.unwrap_or(Value::Null));
    members
}

/// An event's type, its members, and what objects are in it: the session, and the error.
pub fn event(event: &Event) -> (&'static str, JsValue, JsValue, JsValue) {
    let mut members = Members::new();
    let (kind, session, error) = match event {
        Event::SessionChange { reason, session, error } => {
            members.push_text("reason", Some(reason.as_str()));
            ("sessionchange", self::session(session.as_ref()), error.as_ref())
        }
        Event::TokenRefresh(refresh) => {
            ("tokenrefresh", JsValue::UNDEFINED, self::refresh(refresh, &mut members))
        }
    };
    (kind, json::to_object(&members), session, error.map_or(JsValue::UNDEFINED, self::error))
}

fn refresh<'a>(refresh: &'a Refresh, members: &mut Members) -> Option<&'a Error> {
    let (outcome, attempt, retry_in, error) = match refresh {
        Refresh::Refreshed => ("refreshed", None, None, None),
        Refresh::Adopted => ("adopted", None, None, None),
        Refresh::Retrying { attempt, retry_in, error } => {
            ("retrying", Some(*attempt), Some(*retry_in), Some(error))
        }
        Refresh::Failed { attempt, error } => ("failed", Some(*attempt), None, Some(error)),
    };
    members.push_text("outcome", Some(outcome));
    if let Some(attempt) = attempt {
        members.push("attempt", Value::Number(attempt.into()));
    }
    if let Some(retry_in) = retry_in {
        members.push("retryIn", Value::Number(retry_in.to_secs_f64()));
    }
    error
}
