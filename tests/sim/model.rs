//! What a session knows, told from outside: only by what went in and came out.

use storefront_token_client::core::ids::ExchangeId;
use storefront_token_client::core::io::Loaded;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::response::ExchangeResult;

use crate::clock::Shown;
use crate::server::{Dialect, Server};
use crate::wire::{Form, status, told};

/// What a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    SignIn,
    Guest,
    Refresh,
}

impl Asked {
    pub fn of(form: &Form) -> Asked {
        match (form.get("grant_type"), form.get("username")) {
            (Some("refresh_token"), _) => Asked::Refresh,
            (_, Some("guest")) => Asked::Guest,
            _ => Asked::SignIn,
        }
    }
}

/// A request without an answer yet.
#[derive(Clone, Debug)]
pub struct Unresolved {
    pub id: ExchangeId,
    pub asked: Asked,
    pub sent: Shown,
}

/// The tokens that the session has.
#[derive(Clone, Debug)]
pub struct Held {
    pub access: String,
    pub refresh: Option<String>,
    pub guest: bool,
    pub id: String,
    pub generation: f64,
    /// Which of the token sets that the page has had it is.
    pub serial: u32,
    /// Whether it is in the storage, as far as the session knows.
    pub stored: bool,
    pub(crate) life: Option<i64>,
    pub(crate) sent: Shown,
}

impl Held {
    pub fn granted(
        access: &str,
        refresh: Option<&str>,
        exchange: &Unresolved,
        server: &Server,
        before: Option<&Held>,
    ) -> Held {
        let kept = before.filter(|_| exchange.asked == Asked::Refresh).and_then(|held| held.refresh.clone());
        Held { refresh: refresh.map(str::to_owned).or(kept), ..Held::known(access, exchange.sent, server) }
    }

    /// As the record says that is being written.
    pub fn of_record(self, record: &Members) -> Option<Held> {
        Some(Held { id: record.text("id")?.to_owned(), generation: record.number("generation")?, ..self })
    }

    fn known(access: &str, sent: Shown, server: &Server) -> Held {
        let guest = server.family_of_access(access).is_some_and(|at| server.families[at].is_guest());
        Held {
            access: access.to_owned(),
            refresh: None,
            guest,
            id: String::new(),
            generation: 0.0,
            serial: 0,
            stored: true,
            life: server.life_of(access),
            sent,
        }
    }

    /// Takes the time in: a token never becomes younger again, whatever the clocks do.
    pub fn grow_older(&mut self, now: Shown) {
        self.sent.mono = now.mono - now.since(self.sent);
    }

    /// Whether it lives that much longer, or as much longer as can be had.
    pub fn outlives(&self, now: Shown, wanted: i64) -> bool {
        self.refresh.is_none()
            || self.life.is_none_or(|life| life - now.since(self.sent) >= wanted.min(life / 2))
    }

    pub fn is_expired(&self, now: Shown) -> bool {
        self.life.is_some_and(|life| now.since(self.sent) >= life)
    }
}

/// How far back a clock may be set before a stored token's age is unknown.
const CLOCK_PLAY: i64 = 5_000;

/// What the storage says.
pub fn restored(loaded: &Loaded, now: Shown, server: &Server) -> Option<Held> {
    let Loaded::Record(members) = loaded else { return None };
    let access = members.text("access_token")?;
    let held = Held::known(access, now, server);
    let age = now.wall - members.number("sent_at")? as i64;
    let age = if age < -CLOCK_PLAY { held.life.unwrap_or(0) } else { age.max(0) };
    Some(Held {
        refresh: members.text("refresh_token").map(str::to_owned),
        id: members.text("id")?.to_owned(),
        generation: members.number("generation")?,
        sent: now.before(age),
        ..held
    })
}

/// Whether an answer to a refresh proves that the refresh token is dead.
pub fn proves_death(dialect: Dialect, outcome: &ExchangeResult) -> bool {
    match (status(outcome), told(outcome, "error")) {
        (Some(400 | 401 | 403), Some("invalid_grant")) => true,
        (Some(401), Some("invalid_request")) => dialect == Dialect::Oro,
        _ => false,
    }
}

/// How long the server asks to wait, in milliseconds; an hour is the longest that it is given.
pub fn patience(outcome: &ExchangeResult) -> Option<i64> {
    let ExchangeResult::Response(answer) = outcome else { return None };
    answer.retry_after.map(|wait| wait.get().min(3_600_000) as i64)
}
