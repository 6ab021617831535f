//! Refusals: what follows if the server refuses a refresh without saying plainly that it rejects the
//! refresh token. `docs/servers.md` has the reasons.

use super::Session;
use super::phase::Exchange;
use crate::core::error::{Code, Error};
use crate::core::event::{Event, Refresh};
use crate::core::grant::{Grant, GrantKind};
use crate::core::record::{Attempts, Refusals};
use crate::core::time::{CLOCK_CORRECTION, Millis, Now, WallTime};

/// The least time between two refusals that together prove a rejection.
const PROOF_SPAN: Millis = Millis::from_secs(5);

/// Refreshes are stalled after this many refusals in a row, over this time.
const STALLED_COUNT: i32 = 5;
const STALLED_SPAN: Millis = Millis::from_secs(600);

/// The time between two refreshes while they are stalled: a fifth of the time since the first refusal, within
/// these limits.
const SHORTEST_STALL: Millis = Millis::from_secs(120);
const LONGEST_STALL: Millis = Millis::from_secs(3600);

impl Attempts {
    /// Whether `latest_at` is later than `other`. A time in the future was written before the wall clock was set back: it
    /// counts as the oldest.
    pub(super) fn are_later_than(&self, other: Option<WallTime>, now: Now) -> bool {
        let latest = now.wall.after(CLOCK_CORRECTION);
        let known = |at: Option<WallTime>| at.map(|at| Some(at).filter(|at| *at <= latest));
        known(self.latest_at) > known(other)
    }

    /// The time from the first to the last refusal.
    fn refused_for(&self) -> Millis {
        let first = self.refusals.map(|refusals| refusals.since);
        self.latest_at.zip(first).map_or(Millis::ZERO, |(last, first)| last.since(first))
    }

    /// The time until the next refresh, if refreshes are stalled.
    fn stall(&self) -> Option<Millis> {
        let many = self.refusals.is_some_and(|refusals| refusals.count.abs() >= STALLED_COUNT);
        let span = self.refused_for();
        let wait = span.thousandths(200).max(SHORTEST_STALL).min(LONGEST_STALL);
        (many && span >= STALLED_SPAN).then_some(wait)
    }
}

/// What a refresh response that has no tokens means for the count of refusals.
#[derive(Clone, Copy, PartialEq)]
enum Meaning {
    /// The server refuses the refresh. It may reject the refresh token.
    PossibleRejection,
    /// The server refuses the refresh for another reason that may last.
    Refusal,
    /// The server may have granted new tokens that did not arrive.
    LostTokens,
    /// Another response.
    Other,
}

impl Meaning {
    fn of(error: &Error) -> Meaning {
        if may_have_lost_tokens(error) {
            Meaning::LostTokens
        } else if is_refusal(error) {
            Meaning::Refusal
        } else {
            Meaning::Other
        }
    }

    /// What the response adds to the count, which is negative for possible rejections. Zero ends the count.
    fn step(self) -> i32 {
        match self {
            Meaning::PossibleRejection => -1,
            Meaning::Refusal => 1,
            Meaning::LostTokens | Meaning::Other => 0,
        }
    }
}

impl Session {
    /// The server refused a refresh, and names neither the client nor itself as the cause. The second such
    /// refusal rejects the refresh token, if the server has granted the tokens for the same profile and secret.
    /// Calls that wait go on waiting until then.
    pub(super) fn refresh_refused(&mut self, exchange: &Exchange, error: &Error, now: Now) {
        let granted_before = self.record().is_some_and(|record| {
            record.client_checksum == Some(self.config.client_checksum(self.secret_place))
        });
        if !granted_before || !self.has_sent_newest(exchange) {
            return self.fail(exchange, error, now);
        }
        let attempts = self.count_response(Meaning::PossibleRejection, now);
        // The third refusal counts even if the wall clock was set back.
        let third = attempts.refusals.is_some_and(|refusals| refusals.count <= -3);
        if third || attempts.refused_for() >= PROOF_SPAN {
            self.refresh_rejected(exchange, error.login_required(None), now);
        } else {
            let attempt = self.pacing.record_failure(error, now.mono, &mut self.random);
            self.pacing.delay_retry(PROOF_SPAN, now.mono);
            self.emit_failed_refresh(attempt, error, now);
        }
    }

    /// Whether the exchange has sent the refresh token that is held.
    pub(super) fn has_sent_newest(&self, exchange: &Exchange) -> bool {
        let held = self.record().and_then(|record| record.tokens.refresh_token.as_ref());
        matches!(&exchange.grant, Grant::RefreshToken(sent) if Some(sent) == held)
    }

    /// Counts a refusal in the record. Any other response ends the count, and removes `latest_at` too, unless new tokens may
    /// have been lost with this response or an earlier one.
    fn count_response(&mut self, response: Meaning, now: Now) -> Attempts {
        let Some(active) = self.active_mut() else { return Attempts::default() };
        let step = response.step();
        let is_lost = response == Meaning::LostTokens || active.response_lost;
        let mut attempts =
            Attempts { latest_at: active.attempts.latest_at.filter(|_| is_lost), refusals: None };
        if step != 0 {
            let before = active.attempts.refusals.filter(|before| before.count.signum() == step);
            let Refusals { count, since } = before.unwrap_or(Refusals { count: 0, since: now.wall });
            attempts.latest_at = Some(now.wall);
            // If the wall clock was set back, the refusals count from now on: else it would take that much longer until
            // refreshes are stalled.
            let since = since.min(now.wall);
            attempts.refusals = Some(Refusals { count: count.saturating_add(step), since });
        }
        active.attempts = attempts;
        active.attempted_at = Some(now.wall);
        self.store_held_record(now);
        attempts
    }

    /// A refresh, or the creation of a guest, failed in a way that says nothing about the session.
    pub(super) fn grant_failed(&mut self, exchange: &Exchange, error: &Error, now: Now) {
        let counts = error.status.is_some() && self.has_sent_newest(exchange);
        let stall = if counts { self.count_response(Meaning::of(error), now).stall() } else { None };
        let was_stalled = self.pacing.is_stalled();
        let is_stalled = stall.is_some() && self.has_expired(now);
        let error = &if is_stalled { stalled(error) } else { error.clone() };
        let attempt = self.pacing.record_failure(error, now.mono, &mut self.random);
        if let Some(wait) = stall {
            self.pacing.delay_retry(wait, now.mono);
        }
        if is_stalled && !was_stalled {
            self.emit(Event::TokenRefresh(Refresh::Stalled { attempt, error: error.clone() }));
        } else if exchange.purpose.kind == GrantKind::Refresh {
            self.emit_failed_refresh(attempt, error, now);
        }
        self.reply_with_failure(error, now);
    }

    /// Defers the next refresh for as long as the page before this one would have. If the wall clock was set back since,
    /// it is unknown for how long that page has waited already, and the refresh is not deferred.
    pub(super) fn resume_stall(&mut self, attempts: Attempts, now: Now) {
        let stall = attempts.stall().filter(|_| self.has_expired(now));
        if let Some((wait, last)) = stall.zip(attempts.latest_at).filter(|(_, last)| *last <= now.wall) {
            let rest = wait.minus(now.wall.since(last));
            if !self.pacing.retry_is_delayed_until(now.mono.after(rest)) {
                let error = stalled(&Error::new(Code::LoginRequired));
                self.pacing.record_failure(&error, now.mono, &mut self.random);
                self.pacing.delay_retry(rest, now.mono);
            }
        }
    }

    fn has_expired(&self, now: Now) -> bool {
        self.active().is_some_and(|active| active.is_expired(now))
    }

    /// A refresh failed in a way that says nothing about the session.
    pub(super) fn refresh_failed(&mut self, error: &Error, now: Now) {
        let attempt = self.pacing.record_failure(error, now.mono, &mut self.random);
        self.emit_failed_refresh(attempt, error, now);
    }

    fn emit_failed_refresh(&mut self, attempt: u32, error: &Error, now: Now) {
        let sends = self.page.may_send() && !self.page.offline;
        let due = self.active().filter(|active| sends && active.is_due(now));
        let retry_at = due.and_then(|active| self.background_refresh_at(active));
        let error = error.clone();
        self.emit(Event::TokenRefresh(match retry_at {
            Some(at) => Refresh::Retrying { attempt, retry_in: at.since(now.mono), error },
            None => Refresh::Failed { attempt, error },
        }));
    }
}

/// Whether the failure may last: not if the server is overloaded, and not if the response is a redirect or a success.
fn is_refusal(error: &Error) -> bool {
    let lasts = |status| matches!(status, 400..=500) && !matches!(status, 408 | 429);
    error.status.is_some_and(lasts) && error.retry_after.is_none()
}

/// Whether the server may have granted new tokens that did not arrive: the response broke off or cannot be read, or a
/// gateway has lost it.
fn may_have_lost_tokens(error: &Error) -> bool {
    error.code == Code::Network || matches!(error.status, Some(200..=299 | 502 | 504))
}

fn stalled(error: &Error) -> Error {
    error.login_required(Some("the server refuses every refresh"))
}
