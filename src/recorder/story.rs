//! The story: what happened and what the core decided, in plain words, with the rule that decided.

use super::summary::number;
use crate::core::call::{Command, Reply};
use crate::core::error::{Error, RESPONSE_LOST};
use crate::core::event::{Event, Reason, Refresh};
use crate::core::grant::{GrantKind, Request};
use crate::core::io::{Effect, Input, Loaded};
use crate::core::members::Members;
use crate::core::response::{Body, ExchangeResult, Response};
use crate::core::session::Session;
use crate::core::time::Millis;

/// What happened.
pub(super) fn happening(input: &Input) -> String {
    match input {
        Input::Call(call, command) => format!("call {}: the application {}", number(call), request(command)),
        Input::Waited(call, waited) => {
            format!("call {} had waited {} for the core", number(call), seconds(*waited))
        }
        Input::Retried(address, status) => format!("{address} responds {status} to the newer token"),
        Input::Cancel(call) => format!("the application aborts call {}", number(call)),
        Input::Loaded(read, loaded) => format!("read {} has ended: {}", number(read), found(loaded)),
        Input::LockRefused(_) => "the browser refuses locks".into(),
        Input::Stored(write, true) => format!("write {} has ended", number(write)),
        Input::Stored(write, false) => format!("write {} has failed", number(write)),
        Input::Refused(write) => format!("the storage refuses write {}", number(write)),
        Input::ExchangeEnded(exchange, result) => {
            format!("exchange {}: {}", number(exchange), response(result))
        }
        Input::Message(message) => {
            format!("another page says: {}", message.text("message").unwrap_or("something else"))
        }
        Input::Peers(None) => "it is not known which other pages are there".into(),
        Input::Peers(Some(pages)) => format!("{} other pages are there", pages.len()),
        Input::StorageCleared => "somebody has cleared the storages of the origin".into(),
        Input::FrontHasShown(_) => {
            "before the core was there, the session was read from the storage and shown".into()
        }
        Input::LastSession(last) => {
            let end =
                last.text("ended").map_or_else(String::new, |reason| format!(", which has ended: {reason}"));
            format!("the page before had a {}'s session{end}", text(last, "subject"))
        }
        Input::Wake => "the timer fires".into(),
        Input::Prerendering => "the page is being prerendered".into(),
        Input::Activated => "the prerendered page is shown".into(),
        Input::Hidden => "the page is left, or put into the back/forward cache".into(),
        Input::Frozen => "the page is frozen".into(),
        Input::Shown => "the page is back".into(),
        Input::RecordChanged => "the storage says that the record has changed".into(),
        Input::Offline => "the host says that it is offline".into(),
        Input::Online => "the host says that it is online".into(),
        Input::Dispose => "the application disposes of the client".into(),
    }
}

fn request(command: &Command) -> String {
    match command {
        Command::Session => "asks for the session".into(),
        Command::Token { force_refresh: true, .. } => "asks for a new access token".into(),
        Command::Token { .. } => "asks for an access token".into(),
        Command::TokenAfter401(ticket) => {
            format!(
                "asks for another access token, since an API rejected {} with 401",
                ticket.token().expose()
            )
        }
        Command::SignIn(credentials) => format!("signs {} in", credentials.username()),
        Command::Adopt(_) => "passes in the tokens of another client".into(),
        Command::SignInAsGuest => "asks for a guest".into(),
        Command::SignOut => "signs out".into(),
    }
}

fn found(loaded: &Loaded) -> String {
    match loaded {
        Loaded::Nothing => "there is no record".into(),
        Loaded::Record(record) => {
            let begun = record.number("refresh_sent_at").map_or("", |_| ", for which a refresh has begun");
            format!("a {}'s record with {}{begun}", text(record, "subject"), tokens(record))
        }
        Loaded::Garbage => "the record is damaged".into(),
        Loaded::Unavailable => "the storage fails".into(),
    }
}

fn tokens(record: &Members) -> String {
    let names = ["access_token", "refresh_token"].into_iter().filter_map(|name| record.text(name));
    names.collect::<Vec<_>>().join(" and ")
}

fn text<'m>(members: &'m Members, name: &str) -> &'m str {
    members.text(name).unwrap_or("unknown")
}

fn response(result: &ExchangeResult) -> String {
    let ExchangeResult::Response(Response { status, body, .. }) = result else {
        return "there is no response".into();
    };
    let what = match body {
        Body::Members(members) => {
            let texts = members.iter().filter_map(|(_, value)| value.text());
            let told: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
            told.join(", ")
        }
        Body::Text(text) if text.is_empty() => "nothing".into(),
        Body::Text(_) => "a text that is no JSON object".into(),
        Body::Cut => "the response breaks off".into(),
    };
    format!("the server responds {status}: {what}")
}

/// What the core decided, one line for each effect.
pub(super) fn decisions(session: &Session, input: &Input, effects: &[Effect]) -> Vec<String> {
    if effects.is_empty() {
        let waits = matches!(input, Input::Call(..)).then(|| String::from("the call waits"));
        return waits.into_iter().collect();
    }
    effects.iter().map(|effect| decision(session, input, effect, effects)).collect()
}

fn decision(session: &Session, input: &Input, effect: &Effect, effects: &[Effect]) -> String {
    match effect {
        Effect::Load(read) if matches!(input, Input::ExchangeEnded(..)) => format!(
            "does not end the session yet: reads the storage (read {}), which may have a newer refresh token (README, promise 1)",
            number(read)
        ),
        Effect::Load(read) => format!("reads the storage (read {})", number(read)),
        Effect::Lock(read, _) => {
            format!(
                "asks for the lock, and reads under it (read {}), so that nobody else sends the same refresh token (README, promise 3)",
                number(read)
            )
        }
        Effect::Unlock(_) => "releases the lock".into(),
        Effect::Store(write, Some(record)) => format!("{} (write {})", stored(record), number(write)),
        Effect::Store(write, None) => format!("removes the record (write {})", number(write)),
        Effect::Forget(write, _) => {
            format!("removes the record of the session that has ended (write {})", number(write))
        }
        Effect::SetAside(_) => "moves the record to another key: it is not this client's".into(),
        Effect::Send(exchange, request) => {
            format!("{} (exchange {})", sent(session, request), number(exchange))
        }
        Effect::Abort(exchange) => format!("aborts exchange {}", number(exchange)),
        Effect::Broadcast(message) => format!("tells the other pages: {}", text(message, "message")),
        Effect::ForgetPeers(pages) => {
            format!("treats pages as closed, because they did not reply: {}", pages.len())
        }
        Effect::Reply(call, result) => format!("call {} {}", number(call), reply(result.as_ref())),
        Effect::Emit(Event::SessionChange { reason, error, .. }) => {
            format!("sessionchange, {}: {}", reason.as_str(), change(*reason, error.as_ref()))
        }
        Effect::Emit(Event::TokenRefresh(refresh)) => refreshed(refresh, effects),
    }
}

fn stored(record: &Members) -> String {
    if record.number("refused").is_some() {
        return "notes in the record that the server has refused a refresh".into();
    }
    if record.number("refresh_sent_at").is_some() {
        return "notes in the record that a refresh begins, in case its response is lost".into();
    }
    format!("stores {} before anybody gets them (README, promise 4)", tokens(record))
}

fn sent(session: &Session, request: &Request) -> String {
    if request.parameters.text("token_type_hint").is_some() {
        return "asks the server to revoke the refresh token".into();
    }
    match session.exchange_kind() {
        Some(GrantKind::SignIn) => "sends the sign-in".into(),
        Some(GrantKind::Guest) => "creates a guest".into(),
        Some(GrantKind::Refresh | GrantKind::Adoption) | None => {
            let mut texts = request.parameters.iter().filter_map(|(_, value)| value.text());
            let token = texts.find(|text| text.starts_with("refresh-token-")).unwrap_or("the refresh token");
            format!("sends {token} to be refreshed")
        }
    }
}

fn reply(result: Result<&Reply, &Error>) -> String {
    match result {
        Ok(Reply::Token(token, _)) => format!("gets {}", token.expose()),
        Ok(Reply::Session(Some(session))) => format!("gets the {}'s session", session.subject().as_str()),
        Ok(Reply::Session(None)) => "learns that there is no session".into(),
        Ok(Reply::SignedOut) => "learns that the session has ended".into(),
        Err(error) => format!("is rejected: {}", words(error)),
    }
}

fn words(error: &Error) -> String {
    format!("{} ({})", error.code.as_str(), error.message())
}

/// Why the session changed.
fn change(reason: Reason, error: Option<&Error>) -> String {
    let why = match reason {
        Reason::Restored => "the session of the page before, or of another page, goes on",
        Reason::SignedIn => "a user has signed in",
        Reason::Adopted => "the application has passed in the tokens of another client",
        Reason::GuestCreated => "there was no session, so a guest is created (README, promise 2)",
        Reason::GuestReplaced => {
            "the server has ended the guest's session before, so there is a new guest (README, promise 2)"
        }
        Reason::GuestJoined => {
            "another page has another session, and nobody has got a token of this page's guest, so the page gives the guest up (README, promise 2)"
        }
        Reason::GuestKept => {
            "another page has another session, and this page keeps its guest, which may have a cart (README, promise 2)"
        }
        Reason::SignedOut => "the application has signed out",
        Reason::SignedOutElsewhere => "another page has signed out",
        Reason::StorageCleared => "the record is gone, and no client is known to have removed it",
        Reason::RecordSetAside => "the record belongs to another client or version",
        Reason::RefreshRejected => {
            "the server says that the refresh token is no longer valid, and neither the storage nor another page has a newer one, so the session has ended (README, promise 1)"
        }
        Reason::Expired => {
            "the access token has expired, and the server had given no refresh token, so the session has ended"
        }
    };
    let lost = error.is_some_and(|error| error.detail.as_deref() == Some(RESPONSE_LOST));
    let more = if lost {
        ". The response to an earlier refresh was lost: the server may have replaced the refresh token in it (README, What no client can save)"
    } else {
        ""
    };
    format!("{why}{more}")
}

fn refreshed(refresh: &Refresh, effects: &[Effect]) -> String {
    match refresh {
        Refresh::Refreshed => "tokenrefresh, refreshed: the new tokens are used".into(),
        Refresh::Received => {
            "tokenrefresh, received: another page has refreshed, and its tokens are used (README, promise 3)"
                .into()
        }
        Refresh::Retrying { retry_in, error, .. } => {
            format!(
                "tokenrefresh, retrying: {}, and tries again in {}",
                kept(error, effects),
                seconds(*retry_in)
            )
        }
        Refresh::Stalled { error, .. } => format!(
            "tokenrefresh, stalled: {}; the server has refused every refresh for ten minutes, so refreshes become rare",
            kept(error, effects)
        ),
        Refresh::Failed { error, .. } => {
            format!("tokenrefresh, failed: {}, and the next call tries again", kept(error, effects))
        }
    }
}

/// Why a refresh that failed does not end the session.
fn kept(error: &Error, effects: &[Effect]) -> String {
    let Some(status) = error.status else {
        return "keeps the session: no response came, which says nothing of the refresh token (README, promise 1)".into();
    };
    // A record with a negative number counts such responses.
    let counts = |effect: &Effect| matches!(effect, Effect::Store(_, Some(record)) if record.number("refused").is_some_and(|count| count < 0.0));
    if effects.iter().any(counts) {
        return format!(
            "keeps the session: the server's response {status} may mean that the refresh token is rejected, and must come twice (docs/servers.md, When is a refresh token rejected?)"
        );
    }
    format!(
        "keeps the session: the server's response {status} says nothing of the refresh token (README, promise 1)"
    )
}

fn seconds(span: Millis) -> String {
    format!("{} s", span.to_secs_f64())
}
