//! The session that is held, and the age of its tokens.

use std::rc::Rc;

use crate::core::config::Config;
use crate::core::lease::{Term, refresh_token_due_in};
use crate::core::record::{Attempts, Generation, Record, Subject};
use crate::core::time::{Lifetime, Millis, Now, Timestamp, WallTime};

/// A 401 of an address has caused a refresh. For this time after the refresh, a further 401 of the same address causes no
/// refresh, unless the address has accepted a repeated request since.
const FUTILE_REFRESH_WINDOW: Millis = Millis::from_secs(30);

/// The session that is held.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct ActiveSession {
    pub(super) record: Rc<Record>,
    /// The number of the token set among all token sets that this client has held.
    pub(super) token_serial: Generation,
    /// When the token was requested, by the monotonic clock. That clock may stop during sleep: if the wall clock shows a
    /// greater age, this time is moved back.
    requested_at: Timestamp,
    /// How long before its expiry the token is due for a refresh.
    lead: Millis,
    /// When the token is due because the refresh token is about to expire.
    refresh_token_due_at: Option<Timestamp>,
    /// The refreshes of the token set that have not succeeded.
    pub(super) attempts: Attempts,
    /// When the latest attempt was sent or got its response, as far as this page knows. Unlike `attempts.latest_at`, it is
    /// also set when a response ends the count of refusals. It only serves to tell whether the stored attempts are later.
    pub(super) attempted_at: Option<WallTime>,
    /// Whether a refresh was sent again because the response to an earlier one may have had new tokens, and was lost.
    pub(super) response_lost: bool,
    /// Whether the record is in the storage, as far as this page knows.
    pub(super) stored: bool,
    /// The addresses whose 401 has led to a refresh and which have accepted no token since.
    pub(super) rejecting_addresses: Vec<String>,
}

impl ActiveSession {
    /// A session that has just become the one that is held.
    pub(super) fn new(record: Rc<Record>, token_serial: Generation, lead: Millis) -> ActiveSession {
        ActiveSession {
            token_serial,
            requested_at: record.tokens.sent.mono,
            attempts: record.attempts,
            attempted_at: record.attempts.latest_at,
            response_lost: false,
            record,
            lead,
            refresh_token_due_at: None,
            stored: true,
            rejecting_addresses: Vec::new(),
        }
    }

    pub(super) fn can_refresh(&self) -> bool {
        self.record.tokens.refresh_token.is_some()
    }

    pub(super) fn is_guest(&self) -> bool {
        self.record.subject == Subject::Guest
    }

    /// How long ago the token was requested.
    pub(super) fn age(&self, now: Now) -> Millis {
        now.mono.since(self.requested_at)
    }

    /// Whether the token is so new that its age cannot be the reason for a 401. If it has expired since, that is the reason.
    pub(super) fn is_recent(&self, now: Now) -> bool {
        self.age(now) < FUTILE_REFRESH_WINDOW && !self.is_expired(now)
    }

    /// For how long the token is still valid; [`Millis::MAX`] if the server did not say.
    pub(super) fn remaining(&self, now: Now) -> Millis {
        match self.record.tokens.lifetime {
            Lifetime::Unknown => Millis::MAX,
            Lifetime::Known(lifetime) => lifetime.minus(self.age(now)),
        }
    }

    pub(super) fn is_expired(&self, now: Now) -> bool {
        self.remaining(now) == Millis::ZERO
    }

    /// When the token expires, if the server said so.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        self.before_end(Millis::ZERO)
    }

    /// When a refresh is due: shortly before the first of the two tokens expires, as far as the server named their
    /// lifetimes.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        [self.before_end(self.lead), self.refresh_token_due_at].into_iter().flatten().min()
    }

    pub(super) fn is_due(&self, now: Now) -> bool {
        self.due_at().is_some_and(|due| due <= now.mono)
    }

    /// The span in which the front may give the token out.
    pub(super) fn term(&self, config: &Config, now: Now) -> Option<Term> {
        let term = Term::of(&self.record.tokens, self.requested_at, config, now)?;
        match self.refresh_token_due_at {
            Some(due) => term.within(due.since(now.mono), now),
            None => Some(term),
        }
    }

    fn before_end(&self, span: Millis) -> Option<Timestamp> {
        match self.record.tokens.lifetime {
            Lifetime::Unknown => None,
            Lifetime::Known(lifetime) => Some(self.requested_at.after(lifetime.minus(span))),
        }
    }

    /// Takes the larger age of the two clocks and keeps it. The monotonic clock may stop during sleep;
    /// without this, the next wake-up would come too late.
    pub(super) fn grow_older(&mut self, now: Now) {
        let by_wall_clock = now.mono.before(now.wall.since(self.record.tokens.sent.wall));
        self.requested_at = self.requested_at.min(by_wall_clock);
        if let Some(due_in) = refresh_token_due_in(&self.record.tokens, now) {
            let due = now.mono.after(due_in);
            self.refresh_token_due_at = Some(self.refresh_token_due_at.map_or(due, |before| before.min(due)));
        }
    }

    /// Once the refresh token has expired, it no longer makes a refresh due.
    pub(super) fn forget_expired_refresh_token(&mut self, now: Now) {
        if refresh_token_due_in(&self.record.tokens, now).is_none() {
            self.refresh_token_due_at = None;
        }
    }
}
