//! How often requests go to the token endpoint: spacing, backoff and jitter.

use crate::core::error::{Code, Error};
use crate::core::lease;
use crate::core::random::Random;
use crate::core::time::{Lifetime, Millis, Now, Timestamp, WallTime};

/// The least time between two refreshes that calls need, or between two new guests. Without it, a token that is expired
/// on arrival would cause a storm of requests.
const SPACING: Millis = Millis::from_secs(1);

/// The least time between two background refreshes, and the shortest lifetime that is refreshed in the
/// background.
const BACKGROUND_SPACING: Millis = Millis::from_secs(5);

/// How long a refresh whose page has closed is assumed to be under way.
const IN_FLIGHT: Millis = Millis::from_secs(5);

const FIRST_BACKOFF: Millis = Millis::from_secs(1);
const LONGEST_BACKOFF: Millis = Millis::from_secs(60);

/// Whether a token with this lifetime is refreshed in the background, once it is due.
pub(super) fn is_background_refreshable(lifetime: Lifetime) -> bool {
    match lifetime {
        Lifetime::Unknown => true,
        Lifetime::Known(lifetime) => lifetime >= BACKGROUND_SPACING,
    }
}

/// How long before its expiry a token is due for a refresh: at random, so that not all pages refresh at one moment.
pub(super) fn random_lead(lifetime: Lifetime, option: Option<Millis>, random: &mut Random) -> Millis {
    let Lifetime::Known(lifetime) = lifetime else { return Millis::ZERO };
    random.jitter(lease::lead(lifetime, option), 750)
}

/// The requests and failures that decide when the next request may be sent.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Pacing {
    /// When the last refresh was sent.
    refresh_sent_at: Option<Timestamp>,
    /// When the last request for a guest was sent.
    guest_requested_at: Option<Timestamp>,
    /// Peers have until this time to offer a newer token set.
    deferred_until: Option<Timestamp>,
    failure: Option<Failure>,
    /// The server has refused a refresh: without a call, the next one is not before this time.
    refused_until: Option<Timestamp>,
}

#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
struct Failure {
    error: Error,
    attempt: u32,
    not_before: Timestamp,
}

impl Pacing {
    /// A refresh is being sent.
    pub(super) fn record_refresh(&mut self, now: Timestamp) {
        self.refresh_sent_at = Some(now);
    }

    /// The request for a guest is being sent.
    pub(super) fn record_guest(&mut self, now: Timestamp) {
        self.guest_requested_at = Some(now);
    }

    /// Defers refreshes until this time.
    pub(super) fn defer_until(&mut self, until: Timestamp) {
        self.deferred_until = self.deferred_until.max(Some(until));
    }

    pub(super) fn deferred_until(&self) -> Option<Timestamp> {
        self.deferred_until
    }

    /// Defers refreshes while the refresh of a page that has closed may be under way.
    pub(super) fn defer_for_refresh_in_flight(&mut self, sent_at: Option<WallTime>, now: Now) {
        let since = sent_at.map_or(Millis::MAX, |sent_at| now.wall.since(sent_at));
        self.defer_until(now.mono.after(IN_FLIGHT.minus(since)));
    }

    /// The server granted tokens, or the session has ended.
    pub(super) fn forget_failures(&mut self) {
        self.failure = None;
        self.refused_until = None;
    }

    /// The network is back: a request that failed without it may be sent again at once.
    pub(super) fn network_restored(&mut self) {
        if self.failure.as_ref().is_some_and(|failure| failure.error.code == Code::Network) {
            self.failure = None;
        }
    }

    /// An exchange failed. Returns how many have failed in a row.
    pub(super) fn record_failure(&mut self, error: &Error, now: Timestamp, random: &mut Random) -> u32 {
        let attempt = self.failure.as_ref().map_or(0, |failure| failure.attempt).saturating_add(1);
        let wait = if error.code.is_transient() { backoff(attempt, random) } else { LONGEST_BACKOFF };
        let demanded = error.retry_after.unwrap_or(Millis::ZERO);
        let not_before = now.after(wait.max(demanded));
        match &mut self.failure {
            // The server demanded a longer wait earlier.
            Some(longer) if longer.not_before > not_before => longer.attempt = attempt,
            _ => self.failure = Some(Failure { error: error.clone(), attempt, not_before }),
        }
        attempt
    }

    /// Whether calls fail with `login_required` because the server refuses every refresh.
    pub(super) fn is_stalled(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.error.code == Code::LoginRequired)
    }

    /// Calls may repeat the failed refresh after this wait. Without a call, the next refresh waits a minute.
    pub(super) fn delay_retry(&mut self, wait: Millis, now: Timestamp) {
        if let Some(failure) = &mut self.failure {
            failure.not_before = now.after(wait);
        }
        self.refused_until = Some(now.after(LONGEST_BACKOFF));
    }

    /// Whether calls may repeat the failed refresh only at this time or later.
    pub(super) fn retry_is_delayed_until(&self, at: Timestamp) -> bool {
        self.not_before() >= Some(at)
    }

    /// When a refresh may be sent for a call.
    pub(super) fn refresh_at(&self) -> Option<Timestamp> {
        self.not_before().max(self.deferred_until).max(self.refresh_sent_at.map(|at| at.after(SPACING)))
    }

    /// When a refresh may be sent in the background.
    pub(super) fn background_at(&self) -> Option<Timestamp> {
        self.refresh_at()
            .max(self.refused_until)
            .max(self.refresh_sent_at.map(|at| at.after(BACKGROUND_SPACING)))
    }

    /// When the request for a guest may be sent.
    pub(super) fn guest_at(&self) -> Option<Timestamp> {
        self.not_before().max(self.guest_requested_at.map(|at| at.after(SPACING)))
    }

    /// The last failure, if the next attempt is later than this deadline.
    pub(super) fn failure_beyond(&self, deadline: Timestamp, now: Timestamp) -> Option<Error> {
        let failure = self.failure.as_ref().filter(|failure| failure.not_before > deadline)?;
        Some(failure.error.with_retry_after(failure.not_before.since(now)))
    }

    fn not_before(&self) -> Option<Timestamp> {
        self.failure.as_ref().map(|failure| failure.not_before)
    }
}

fn backoff(attempt: u32, random: &mut Random) -> Millis {
    // The tenth attempt is far beyond the longest backoff: more doubling would overflow.
    let doubled = Millis::new(FIRST_BACKOFF.get() << (attempt - 1).min(10));
    random.jitter(doubled.min(LONGEST_BACKOFF), 500)
}
