//! A deadline that is extended while a peer is busy, and once after the page was suspended.

use std::mem;

use crate::core::time::{Millis, Now, Timestamp};

/// How long to wait for the responses of peers, or for their objections. A peer that is neither suspended nor blocked
/// responds within this time.
pub(super) const PEER_RESPONSE_TIME: Millis = Millis::new(100);

/// Without a register: how long a page that knows of peers waits for them before it gives a session up. A long task
/// may block one of them.
const BLOCKED_PEER_TIME: Millis = Millis::from_secs(5);

/// How long to wait for a storage that does not report the end of a read or a write.
pub(super) const STORAGE_LIMIT: Millis = Millis::from_secs(5);

/// How long to wait for a write to a storage with a lock of its own. The storage may refuse the write, so the tokens
/// are not used before the write has ended. The storage may try for half a minute, as while a Durable Object restarts.
pub(super) const REFUSABLE_WRITE_LIMIT: Millis = Millis::from_secs(35);

/// A peer that reported an exchange is asked again after this time: it may have closed since.
const ASK_BUSY_PEER_AFTER: Millis = Millis::from_secs(1);

/// A deadline. While a page is frozen or the machine sleeps, responses queue up behind the timer, so a
/// deadline that is noticed far too late is extended once.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Wait {
    until: Timestamp,
    extended_after_sleep: bool,
    /// Whether the peers are asked once more at the deadline: one of them is busy, or may be blocked.
    must_ask_again: bool,
}

impl Wait {
    pub(super) fn of(span: Millis, now: Now) -> Wait {
        Wait { until: now.mono.after(span), extended_after_sleep: false, must_ask_again: false }
    }

    pub(super) fn until(&self) -> Timestamp {
        self.until
    }

    /// Sets the deadline to `span` from now.
    pub(super) fn extend(&mut self, span: Millis, now: Now) {
        self.until = now.mono.after(span);
    }

    /// Extends by `span` if the deadline was missed by more than `late`, but only the first time.
    pub(super) fn extend_once_after_sleep(&mut self, late: Millis, span: Millis, now: Now) -> bool {
        let extend = !self.extended_after_sleep && now.mono.since(self.until) > late;
        if extend {
            self.extended_after_sleep = true;
            self.extend(span, now);
        }
        extend
    }

    /// A peer has reported an exchange whose tokens this page waits for.
    pub(super) fn extend_for_busy_peer(&mut self, now: Now) {
        self.must_ask_again = true;
        self.extend(ASK_BUSY_PEER_AFTER, now);
    }

    /// There may be a peer that a long task blocks.
    pub(super) fn extend_for_blocked_peer(&mut self, now: Now) {
        self.must_ask_again = true;
        self.extend(BLOCKED_PEER_TIME, now);
    }

    /// Whether the peers are asked once more at the deadline.
    pub(super) fn will_ask_again(&self) -> bool {
        self.must_ask_again
    }

    /// At the deadline: whether to ask the peers once more, for example because the deadline was missed by more
    /// than `late`. If so, gives them time for a response.
    pub(super) fn should_ask_again(&mut self, late: Millis, now: Now) -> bool {
        let again = mem::take(&mut self.must_ask_again)
            || self.extend_once_after_sleep(late, PEER_RESPONSE_TIME, now);
        if again {
            self.extend(PEER_RESPONSE_TIME, now);
        }
        again
    }
}
