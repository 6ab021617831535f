//! Waiting for others, who may be at it, and whose answers may be late.

use std::mem;

use super::time::{Millis, Now, Timestamp};

/// How long siblings that live are given to answer.
pub(super) const PEER_RESPONSE_TIME: Millis = Millis::new(100);

/// An answer time that is passed by more than this was slept through, with the answers.
const LATE: Millis = Millis::new(50);

/// After this time somebody who was at it is asked again: he may be gone by now.
const BUSY_PEER_TIME: Millis = Millis::from_secs(1);

/// A wait with an end. While a page is frozen, or the machine sleeps, answers queue up behind the
/// timer: so an end that is passed by much is put off, once.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    until: Timestamp,
    extended_after_sleep: bool,
    busy: bool,
}

impl Wait {
    pub(super) fn of(span: Millis, now: Now) -> Wait {
        Wait { until: now.mono.after(span), extended_after_sleep: false, busy: false }
    }

    pub(super) fn until(&self) -> Timestamp {
        self.until
    }

    /// Goes on for `span` from here.
    pub(super) fn extend(&mut self, span: Millis, now: Now) {
        self.until = now.mono.after(span);
    }

    /// Goes on for `span` if its end was passed by more than `late`, and never was before.
    pub(super) fn extend_once_after_sleep(&mut self, late: Millis, span: Millis, now: Now) -> bool {
        let extend = !self.extended_after_sleep && now.mono.since(self.until) > late;
        if extend {
            self.extended_after_sleep = true;
            self.extend(span, now);
        }
        extend
    }

    /// Somebody is at what is waited for.
    pub(super) fn extend_for_busy_peer(&mut self, now: Now) {
        self.busy = true;
        self.extend(BUSY_PEER_TIME, now);
    }

    /// Whether siblings are to be asked once more, and given time to answer.
    pub(super) fn should_ask_again(&mut self, now: Now) -> bool {
        let again = mem::take(&mut self.busy) || self.extend_once_after_sleep(LATE, PEER_RESPONSE_TIME, now);
        if again {
            self.extend(PEER_RESPONSE_TIME, now);
        }
        again
    }
}
