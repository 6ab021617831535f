//! When the token endpoint may be asked again: spacing, backoff and jitter.

use super::error::{Code, Error};
use super::time::{Lifetime, Millis, Now, Timestamp, WallTime};

/// The least time between two refreshes, or two visitors, that calls ask for. A token that is
/// dead on arrival would otherwise make a storm.
const SPACING: Millis = Millis::from_secs(1);

/// The least time between two refreshes that nobody asks for, and the shortest life that is
/// renewed without being asked.
const BACKGROUND_SPACING: Millis = Millis::from_secs(5);

/// How long a request of a page that has gone is taken to be under way.
const UNDER_WAY: Millis = Millis::from_secs(5);

const FIRST_BACKOFF: Millis = Millis::from_secs(1);
const LAST_BACKOFF: Millis = Millis::from_secs(60);
const LONGEST_RETRY_AFTER: Millis = Millis::from_secs(3600);
const LONGEST_LEAD: Millis = Millis::from_secs(60);

/// Whether a token with this life is refreshed without being asked for.
pub fn is_background_refreshable(lifetime: Lifetime) -> bool {
    match lifetime {
        Lifetime::Unknown => false,
        Lifetime::Known(lifetime) => lifetime >= BACKGROUND_SPACING,
    }
}

/// A small random sequence, all of it given by its seed (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A span between `share` thousandths of `span` and all of it.
    pub fn jitter(&mut self, span: Millis, share: u64) -> Millis {
        let by_chance = Millis::new(1000 - share).thousandths(self.bits() % 1001);
        span.thousandths(share + by_chance.get())
    }
}

/// How long before the end of its life a token is due for a refresh.
pub fn lead(lifetime: Lifetime, wish: Option<Millis>, random: &mut Random) -> Millis {
    let Lifetime::Known(lifetime) = lifetime else { return Millis::ZERO };
    let lead = match wish {
        Some(wish) => wish.min(lifetime.thousandths(500)),
        None => lifetime.thousandths(200).min(LONGEST_LEAD),
    };
    random.jitter(lead, 750)
}

/// Remembers what was sent and what failed.
#[derive(Clone, Debug, Default)]
pub struct Pacing {
    refreshed: Option<Timestamp>,
    created: Option<Timestamp>,
    /// Until when it is better to wait for others.
    deferred_until: Option<Timestamp>,
    failure: Option<Failure>,
}

#[derive(Clone, Debug)]
struct Failure {
    error: Error,
    attempt: u32,
    not_before: Timestamp,
}

impl Pacing {
    /// A refresh is sent.
    pub fn record_refresh(&mut self, now: Timestamp) {
        self.refreshed = Some(now);
    }

    /// A visitor is asked for.
    pub fn record_guest(&mut self, now: Timestamp) {
        self.created = Some(now);
    }

    /// Somebody else may be at it until then.
    pub fn defer_until(&mut self, until: Timestamp) {
        self.deferred_until = self.deferred_until.max(Some(until));
    }

    /// Until when it is better to wait for others.
    pub fn deferred_until(&self) -> Option<Timestamp> {
        self.deferred_until
    }

    /// A refresh was sent by a page that did not see its answer: it may still be under way.
    pub fn defer_for_refresh_in_flight(&mut self, sent: Option<WallTime>, now: Now) {
        let since = sent.map_or(Millis::MAX, |sent| now.wall.since(sent));
        self.defer_until(now.mono.after(UNDER_WAY.minus(since)));
    }

    /// The server gave tokens, or the session is over.
    pub fn forget_failures(&mut self) {
        self.failure = None;
    }

    /// The network is back: what failed for want of it may be tried at once.
    pub fn network_restored(&mut self) {
        if self.failure.as_ref().is_some_and(|failure| failure.error.code == Code::Network) {
            self.failure = None;
        }
    }

    /// An exchange failed. Returns how many did in a row.
    pub fn record_failure(&mut self, error: &Error, now: Timestamp, random: &mut Random) -> u32 {
        let attempt = self.failure.as_ref().map_or(0, |failure| failure.attempt).saturating_add(1);
        let wait = if error.code.is_transient() { backoff(attempt, random) } else { LAST_BACKOFF };
        let kind = error.retry_after.unwrap_or(Millis::ZERO).min(LONGEST_RETRY_AFTER);
        let wait = wait.max(kind);
        let not_before = now.after(wait);
        match &mut self.failure {
            // A sign-in does not wait, and what became of it shortens nobody's wait.
            Some(longer) if longer.not_before > not_before => longer.attempt = attempt,
            _ => self.failure = Some(Failure { error: error.clone(), attempt, not_before }),
        }
        attempt
    }

    /// When a refresh may be sent that a call waits for.
    pub fn refresh_at(&self) -> Option<Timestamp> {
        self.not_before().max(self.deferred_until).max(self.refreshed.map(|at| at.after(SPACING)))
    }

    /// When a visitor may be asked for.
    pub fn guest_at(&self) -> Option<Timestamp> {
        self.not_before().max(self.created.map(|at| at.after(SPACING)))
    }

    /// When a refresh may be sent that no call waits for.
    pub fn background_at(&self) -> Option<Timestamp> {
        self.refresh_at().max(self.refreshed.map(|at| at.after(BACKGROUND_SPACING)))
    }

    /// The last failure, for a call whose time is up before the next attempt.
    pub fn failure_until_after(&self, deadline: Timestamp, now: Timestamp) -> Option<Error> {
        let failure = self.failure.as_ref().filter(|failure| failure.not_before > deadline)?;
        Some(failure.error.after(failure.not_before.since(now)))
    }

    fn not_before(&self) -> Option<Timestamp> {
        self.failure.as_ref().map(|failure| failure.not_before)
    }
}

fn backoff(attempt: u32, random: &mut Random) -> Millis {
    // After ten attempts the last backoff is reached long since.
    let doubled = Millis::new(FIRST_BACKOFF.get() << (attempt - 1).min(10));
    random.jitter(doubled.min(LAST_BACKOFF), 500)
}
