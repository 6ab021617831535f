//! A model of a session's knowledge, concluded from its inputs and effects alone.

use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::ids::ExchangeId;
use storefront_token_client::core::io::Loaded;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::response::{Body, ExchangeResult};

use crate::clock::Shown;
use crate::dialect::Dialect;
use crate::parse::{member, status};
use crate::server::Server;

/// An exchange that has not ended.
#[derive(Clone, Debug)]
pub struct PendingExchange {
    pub id: ExchangeId,
    pub kind: GrantKind,
    pub sent: Shown,
}

/// The token set that the session holds.
#[derive(Clone, Debug)]
pub struct Held {
    pub access: String,
    pub refresh: Option<String>,
    pub guest: bool,
    pub id: String,
    pub generation: f64,
    /// Whether the record is in the storage, as far as the session knows.
    pub stored: bool,
    /// Whether the server granted the tokens to this client. Else a refusal may be about the client.
    pub(crate) granted_here: bool,
    pub(crate) lifetime: Option<i64>,
    pub(crate) sent: Shown,
}

impl Held {
    pub fn granted(
        access: &str,
        refresh: Option<&str>,
        exchange: &PendingExchange,
        server: &Server,
        before: Option<&Held>,
    ) -> Held {
        let kept =
            before.filter(|_| exchange.kind == GrantKind::Refresh).and_then(|held| held.refresh.clone());
        Held { refresh: refresh.map(str::to_owned).or(kept), ..Held::known(access, exchange.sent, server) }
    }

    /// The token set with the members of the record that is written for it.
    pub fn of_record(self, record: &Members) -> Option<Held> {
        Some(Held {
            id: record.text("id")?.to_owned(),
            generation: record.number("generation")?,
            granted_here: record.get("granted_to").is_some(),
            ..self
        })
    }

    fn known(access: &str, sent: Shown, server: &Server) -> Held {
        let guest = server.family_of_access(access).is_some_and(|at| server.families[at].is_guest());
        Held {
            access: access.to_owned(),
            refresh: None,
            guest,
            id: String::new(),
            generation: 0.0,
            stored: true,
            granted_here: true,
            lifetime: server.lifetime_of(access),
            sent,
        }
    }

    /// Takes the time in: a token never becomes younger again, whatever the clocks show.
    pub fn grow_older(&mut self, now: Shown) {
        self.sent.mono = now.mono - now.since(self.sent);
    }

    /// Whether the token is valid for `wanted` more milliseconds, or for half of its lifetime.
    pub fn outlives(&self, now: Shown, wanted: i64) -> bool {
        self.refresh.is_none()
            || self
                .lifetime
                .is_none_or(|lifetime| lifetime - now.since(self.sent) >= wanted.min(lifetime / 2))
    }

    pub fn is_expired(&self, now: Shown) -> bool {
        self.lifetime.is_some_and(|lifetime| now.since(self.sent) >= lifetime)
    }
}

/// A clock that is set back by more than this makes the age of a stored token unknown.
const CLOCK_CORRECTION: i64 = 5_000;

/// The token set in the storage.
pub fn restored(loaded: &Loaded, now: Shown, server: &Server) -> Option<Held> {
    let Loaded::Record(members) = loaded else { return None };
    let access = members.text("access_token")?;
    let held = Held::known(access, now, server);
    let age = now.wall - members.number("sent_at")? as i64;
    let refresh = members.text("refresh_token").map(str::to_owned);
    let is_unknown = age < -CLOCK_CORRECTION && refresh.is_some();
    let age = if is_unknown { held.lifetime.unwrap_or(0) } else { age.max(0) };
    Some(Held {
        refresh,
        id: members.text("id")?.to_owned(),
        generation: members.number("generation")?,
        granted_here: members.get("granted_to").is_some(),
        sent: now.before(age),
        ..held
    })
}

/// Whether the result of a refresh rejects the refresh token, after so many refusals of the same kind in a row.
pub fn is_rejection(dialect: Dialect, result: &ExchangeResult, refusals: u32) -> bool {
    match (status(result), member(result, "error")) {
        (Some(400 | 401 | 403), Some("invalid_grant")) => true,
        (Some(401), Some("invalid_request")) if dialect == Dialect::Oro => true,
        _ => is_refusal(dialect, result) && refusals >= 2,
    }
}

/// Whether the result of a refresh may reject the refresh token.
pub fn is_refusal(dialect: Dialect, result: &ExchangeResult) -> bool {
    let ExchangeResult::Response(response) = result else { return false };
    match dialect {
        Dialect::Oro => false,
        Dialect::Empty => {
            response.status == 400 && matches!(&response.body, Body::Text(body) if body.is_empty())
        }
        Dialect::OAuth2
        | Dialect::InvalidRequest
        | Dialect::TokenInactive
        | Dialect::Forbids
        | Dialect::Fails => {
            matches!(response.status, 400 | 401 | 403)
                && matches!(member(result, "error"), Some("invalid_request" | "token_inactive"))
        }
    }
}

/// `Retry-After` in milliseconds, of which a session honours an hour at most.
pub fn retry_after(result: &ExchangeResult) -> Option<i64> {
    let ExchangeResult::Response(response) = result else { return None };
    response.retry_after.map(|wait| wait.get().min(3_600_000) as i64)
}
