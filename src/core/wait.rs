//! Waiting for others, who may be at it, and whose answers may be late.

use std::mem;

use super::time::{Millis, Now, Timestamp};

/// How long siblings that live are given to answer.
pub(super) const ANSWER_TIME: Millis = Millis::new(100);

/// An answer time that is passed by more than this was slept through, with the answers.
const LATE: Millis = Millis::new(50);

/// After this time somebody who was at it is asked again: he may be gone by now.
const PATIENCE: Millis = Millis::from_secs(1);

/// A wait with an end. While a page is frozen, or the machine sleeps, answers queue up behind the
/// timer: so an end that is passed by much is put off, once.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    until: Timestamp,
    overslept: bool,
    busy: bool,
}

impl Wait {
    pub(super) fn of(span: Millis, now: Now) -> Wait {
        Wait { until: now.mono.after(span), overslept: false, busy: false }
    }

    pub(super) fn until(&self) -> Timestamp {
        self.until
    }

    /// Goes on for `span` from here.
    pub(super) fn go_on(&mut self, span: Millis, now: Now) {
        self.until = now.mono.after(span);
    }

    /// Goes on for `span` if its end was passed by more than `late`, and never was before.
    pub(super) fn oversleeps(&mut self, late: Millis, span: Millis, now: Now) -> bool {
        let oversleeps = !self.overslept && now.mono.since(self.until) > late;
        if oversleeps {
            self.overslept = true;
            self.go_on(span, now);
        }
        oversleeps
    }

    /// Somebody is at what is waited for.
    pub(super) fn be_patient(&mut self, now: Now) {
        self.busy = true;
        self.go_on(PATIENCE, now);
    }

    /// Whether siblings are to be asked once more, and given time to answer.
    pub(super) fn asks_again(&mut self, now: Now) -> bool {
        let again = mem::take(&mut self.busy) || self.oversleeps(LATE, ANSWER_TIME, now);
        if again {
            self.go_on(ANSWER_TIME, now);
        }
        again
    }
}
