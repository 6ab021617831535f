//! Real time, and the readings of the page's two clocks.

use storefront_token_client::core::time::{Now, Timestamp, WallTime};

/// All in milliseconds. The page cannot read `real`.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub real: i64,
    pub mono: i64,
    pub wall: i64,
}

/// A reading of both clocks of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    pub mono: i64,
    pub wall: i64,
}

impl Shown {
    /// The time since `earlier`, by the clock that shows more.
    pub fn since(self, earlier: Shown) -> i64 {
        (self.mono - earlier.mono).max(self.wall - earlier.wall).max(0)
    }

    pub fn before(self, age: i64) -> Shown {
        Shown { mono: self.mono - age, wall: self.wall - age }
    }
}

impl Clock {
    pub fn new() -> Clock {
        Clock { real: 0, mono: 1_000, wall: 1_800_000_000_000 }
    }

    pub fn shown(&self) -> Shown {
        Shown { mono: self.mono, wall: self.wall }
    }

    pub fn now(&self) -> Now {
        Now { mono: Timestamp::from_f64(self.mono as f64), wall: WallTime::from_f64(self.wall as f64) }
    }

    pub fn pass(&mut self, millis: i64) {
        self.sleep(millis);
        self.mono += millis;
    }

    /// The machine sleeps: the monotonic clock stops.
    pub fn sleep(&mut self, millis: i64) {
        self.real += millis;
        self.wall += millis;
    }

    /// A new page has a monotonic clock of its own.
    pub fn restart(&mut self) {
        self.mono = 500;
    }
}

/// A timestamp of the session, in milliseconds.
pub fn millis(at: Timestamp) -> i64 {
    at.since(Timestamp::from_f64(0.0)).get() as i64
}
