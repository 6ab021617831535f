//! One timer, set to the core's next wake-up.

use std::cell::RefCell;

use gloo_timers::callback::Timeout;

use super::clock;
use crate::core::time::Timestamp;

/// `setTimeout` takes a signed 32-bit number of milliseconds; it fires at once for a larger one.
const LONGEST: u32 = i32::MAX.unsigned_abs();

/// One timer. It may fire early: then the core checks the time, and the driver sets the timer again.
#[derive(Debug, Default)]
pub struct Timer(RefCell<Option<(Timestamp, Timeout)>>);

impl Timer {
    /// Sets the timer to `at`, or stops it. A timer that is set to `at` already is left alone.
    pub fn set(&self, at: Option<Timestamp>, wake: impl FnOnce() + 'static) {
        if self.is_set_to(at) {
            return;
        }
        let next = at.map(|at| (at, Timeout::new(delay(at), wake)));
        let last = self.0.replace(next);
        drop(last);
    }

    /// Whether the timer is set to this time; without one, whether it is stopped.
    pub fn is_set_to(&self, at: Option<Timestamp>) -> bool {
        self.0.borrow().as_ref().map(|(at, _)| *at) == at
    }

    /// Stops the timer, or forgets that it was set after it has fired.
    pub fn stop(&self) {
        let last = self.0.take();
        drop(last);
    }
}

/// The time until `at`, within the range of `setTimeout`.
pub fn delay(at: Timestamp) -> u32 {
    u32::try_from(at.since(clock::now().mono).get()).unwrap_or(LONGEST).min(LONGEST)
}
