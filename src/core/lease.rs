//! Leases: for how long JavaScript may give a token out without asking the core.
//!
//! Most calls find a token that is valid, and need no decision. The *front*, a small part in JavaScript, answers
//! these calls: while the core is not loaded yet, and later without a step into WebAssembly. The front decides
//! nothing: the core says beforehand until when it would give the token out anyway.
//!
//! # The front's rule
//!
//! Until the core runs, the lease is that of the stored record, which the front reads for each call. Once the core
//! runs, the lease is that of [`Session::lease`] after the last input, and the stored one no longer counts. The front
//! gets it before the effects of that input are carried out, since these may run code of the application that makes
//! calls. While a further input waits for the core, there is no lease.
//!
//! The front answers a call from the lease if the call has no options, no other call waits for the core, the client
//! is not disposed of, and:
//!
//! 1. `lease_from` <= now < `lease_until` by the wall clock;
//! 2. the wall clock shows no earlier time than at the call before;
//! 3. the lease has not ended by the monotonic clock either: when the front first sees a lease, it computes the end
//!    by that clock, `lease_until - now` later. The wall clock may have been set back since.
//!
//! If the front finds that a lease holds, it does not check that lease again within the same millisecond of the wall
//! clock: reading the monotonic clock takes longer than the rest of such a call.
//!
//! A stored record has a lease only if all of this is true as well:
//!
//! 1. `version`, `token_endpoint` and `client_id` are this client's; without `clientId` there is no `client_id`;
//! 2. `id` is 16 lowercase hexadecimal digits, and is not in the origin's list of ended sessions;
//! 3. `subject` is `guest` or `user`; `access_token` is visible ASCII; `scope` is a string, or absent;
//! 4. there is no `refresh_sent_at`, no `refused` and no `signing_out`;
//! 5. `sent_at` <= `lease_from` and `lease_until` <= `sent_at + lifetime`, all four of them finite numbers. A lease that
//!    outlives its token was not written by the core.
//!
//! A request of the bearer `fetch` may have a signal and still gets its token from the lease. A client with listeners
//! uses no stored lease, except in a page: the core is loaded there in any case, and tells the listeners of the restored
//! session.
//!
//! In every other case the front asks the core. It also asks the core after each 401, with
//! [`Command::TokenAfter401`](super::call::Command::TokenAfter401).
//!
//! [`Session::lease`]: super::session::Session::lease

use super::config::Config;
use super::event::SessionView;
use super::members::{Members, Value};
use super::time::{CLOCK_CORRECTION, Lifetime, Millis, Now, Timestamp, WallTime};
use super::token::{AccessToken, TokenSet};

/// A token that may be given out, the session that it belongs to, and the span in which this holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// The access token.
    pub token: AccessToken,
    /// The session.
    pub session: SessionView,
    /// When the lease holds.
    pub term: Term,
}

/// By how much the ends of two leases may differ before the front needs the newer one: much less than the margin
/// of a lease. The two clocks of a host are never quite in step.
const TOLERANCE: Millis = Millis::from_secs(1);

impl Lease {
    /// Whether the front may keep the earlier lease, since this one says the same.
    pub fn says_as_much_as(&self, earlier: &Lease) -> bool {
        let (mine, other) = (self.term, earlier.term);
        let drift = mine.until.since(other.until).max(other.until.since(mine.until));
        self.token == earlier.token
            && self.session.is_same(&earlier.session)
            && other.from <= mine.from
            && drift <= TOLERANCE
    }
}

/// From when and until when a lease holds, by the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// `lease_from`: the first moment.
    pub from: WallTime,
    /// `lease_until`: the moment after the last one.
    pub until: WallTime,
}

impl Term {
    /// The term of a token that was requested at `requested_at` by the monotonic clock. It ends before the token is
    /// due for a refresh. `None` if the token is due, if its lifetime is not known, or if the wall clock was set back
    /// since the request.
    pub(super) fn of(tokens: &TokenSet, requested_at: Timestamp, config: &Config, now: Now) -> Option<Term> {
        let Lifetime::Known(lifetime) = tokens.lifetime else { return None };
        let margin = lead(lifetime, config.options.refresh_lead_time).max(CLOCK_CORRECTION);
        let age = now.mono.since(requested_at).max(now.wall.since(tokens.sent.wall));
        let span = lifetime.minus(margin).minus(age);
        let term = Term { from: now.wall, until: now.wall.after(span) };
        let valid = span > Millis::ZERO && now.wall >= tokens.sent.wall;
        match refresh_token_due_in(tokens, now).filter(|_| valid) {
            Some(due_in) => term.within(due_in.minus(CLOCK_CORRECTION), now),
            None => valid.then_some(term),
        }
    }

    /// The part of the term that is within this span. `None` if there is none.
    pub(super) fn within(self, span: Millis, now: Now) -> Option<Term> {
        let until = self.until.min(now.wall.after(span));
        (until > now.wall).then_some(Term { until, ..self })
    }

    /// Adds the term to the members of a record.
    pub(super) fn push_to(self, members: &mut Members) {
        members.push("lease_from", Value::Number(self.from.to_f64()));
        members.push("lease_until", Value::Number(self.until.to_f64()));
    }
}

const LONGEST_LEAD: Millis = Millis::from_secs(60);

/// If the refresh token is valid for less than this, an early refresh gains nothing.
const SHORTEST_REFRESH_LIFETIME: Millis = Millis::from_secs(5);

/// How long before its expiry a token is due for a refresh, at the earliest.
pub(super) fn lead(lifetime: Millis, option: Option<Millis>) -> Millis {
    match option {
        Some(option) => option.min(lifetime.thousandths(500)),
        None => lifetime.thousandths(200).min(LONGEST_LEAD),
    }
}

/// The time until a refresh is due because the last fifth of the refresh token's lifetime begins. `None` if the
/// server did not name that lifetime, if it is very short, or if the refresh token has expired.
pub(super) fn refresh_token_due_in(tokens: &TokenSet, now: Now) -> Option<Millis> {
    let end = tokens.refresh_expires_at?;
    let (lifetime, left) = (end.since(tokens.sent.wall), end.since(now.wall));
    let gains = lifetime >= SHORTEST_REFRESH_LIFETIME && left > Millis::ZERO;
    gains.then(|| left.minus(lifetime.thousandths(200)))
}
