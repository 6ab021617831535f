//! One timer, armed for the core's next wake-up.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;

use super::clock;
use crate::core::time::Timestamp;

/// `setTimeout` takes a signed 32-bit number; a larger one would fire at once.
const LONGEST: u32 = i32::MAX.unsigned_abs();

/// One timer. It may fire early: the core looks at the clock, and asks again.
#[derive(Debug, Default)]
pub struct Timer(RefCell<Option<(Timestamp, Timeout)>>);

impl Timer {
    /// Arms the timer for `at`, or disarms it; one that is armed for this moment stays.
    pub fn arm(&self, at: Option<Timestamp>, wake: impl FnOnce() + 'static) {
        let armed = self.0.borrow().as_ref().map(|(at, _)| *at);
        if armed == at {
            return;
        }
        let next = at.map(|at| (at, Timeout::new(delay(at), wake)));
        let last = self.0.replace(next);
        drop(last);
    }

    /// The timer has fired, so that nothing is armed.
    pub fn fired(&self) {
        let last = self.0.take();
        drop(last);
    }
}

/// How long until `at`, as `setTimeout` can take it.
pub fn delay(at: Timestamp) -> u32 {
    u32::try_from(at.since(clock::now().mono).get()).unwrap_or(LONGEST).min(LONGEST)
}
