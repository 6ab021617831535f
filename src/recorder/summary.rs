//! A summary of an effect, in one line and without secrets. Two effects with the same summary are the same decision.

use serde::Serialize;

use crate::core::call::Reply;
use crate::core::error::Error;
use crate::core::event::{Event, Refresh, SessionView};
use crate::core::io::Effect;
use crate::core::members::{Members, Value};

/// The members of a record or of a message that tell what it is about.
const TELLING: [&str; 10] = [
    "message",
    "id",
    "subject",
    "generation",
    "lifetime",
    "sent_at",
    "refresh_sent_at",
    "refused",
    "number",
    "claim",
];

pub(super) fn summary(effect: &Effect) -> String {
    match effect {
        Effect::Load(read) => format!("load {}", number(read)),
        Effect::Lock(read, _) => format!("lock {}", number(read)),
        Effect::Unlock(read) => format!("unlock {}", number(read)),
        Effect::Store(write, Some(record)) => format!("store {}{}", number(write), about(record)),
        Effect::Store(write, None) => format!("remove {}", number(write)),
        Effect::Forget(write, _) => format!("forget {}", number(write)),
        Effect::SetAside(_) => "set-aside".into(),
        Effect::Send(exchange, request) => {
            let count = request.parameters.iter().len();
            let way = if request.basic.is_some() { "with the header" } else { "without the header" };
            format!("send {} {count} parameters {way}", number(exchange))
        }
        Effect::Abort(exchange) => format!("abort {}", number(exchange)),
        Effect::Broadcast(message) => format!("broadcast{}", about(message)),
        Effect::ForgetPeers(pages) => format!("forget-peers {}", pages.len()),
        Effect::Reply(call, Ok(reply)) => format!("reply {} {}", number(call), reply_summary(reply)),
        Effect::Reply(call, Err(error)) => format!("reply {} {}", number(call), error_summary(error)),
        Effect::Emit(event) => event_summary(event),
    }
}

/// The number of an exchange, a read, a write or a call.
pub(super) fn number(id: &impl Serialize) -> String {
    serde_json::to_string(id).unwrap_or_default()
}

fn about(members: &Members) -> String {
    let told = members.iter().filter(|(name, _)| TELLING.contains(name));
    told.map(|(name, value)| match value {
        Value::Text(text) => format!(" {name}={text}"),
        Value::Number(number) => format!(" {name}={number}"),
        Value::Null | Value::Other => String::new(),
    })
    .collect()
}

fn reply_summary(reply: &Reply) -> String {
    match reply {
        Reply::Session(session) => session_summary(session.as_ref()),
        Reply::Token(..) => "token".into(),
        Reply::SignedOut => "signed-out".into(),
    }
}

fn session_summary(session: Option<&SessionView>) -> String {
    session.map_or_else(
        || "none".into(),
        |session| format!("{} {}", session.subject().as_str(), session.id().to_text()),
    )
}

fn error_summary(error: &Error) -> String {
    let status = error.status.map(|status| format!(" {status}")).unwrap_or_default();
    format!("{}{status}", error.code.as_str())
}

fn event_summary(event: &Event) -> String {
    match event {
        Event::SessionChange { reason, previous, session, error } => {
            let error = error.as_ref().map(|error| format!(" {}", error_summary(error))).unwrap_or_default();
            let [before, after] = [previous, session].map(|session| session_summary(session.as_ref()));
            format!("sessionchange {}: {before} -> {after}{error}", reason.as_str())
        }
        Event::TokenRefresh(refresh) => match refresh {
            Refresh::Refreshed => "tokenrefresh refreshed".into(),
            Refresh::Received => "tokenrefresh received".into(),
            Refresh::Retrying { attempt, retry_in, error } => {
                format!("tokenrefresh retrying {attempt} in {} ms {}", retry_in.get(), error_summary(error))
            }
            Refresh::Stalled { attempt, error } => {
                format!("tokenrefresh stalled {attempt} {}", error_summary(error))
            }
            Refresh::Failed { attempt, error } => {
                format!("tokenrefresh failed {attempt} {}", error_summary(error))
            }
        },
    }
}
