//! The timers of a host.

/// How the timers behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Timers {
    OnTime,
    /// As in a throttled tab: this many milliseconds late.
    Late(i64),
    Never,
}

impl Timers {
    /// In how many milliseconds the timer for `wakeup` fires, if the clock shows `mono`.
    pub fn fire_in(self, wakeup: Option<i64>, mono: i64) -> Option<i64> {
        let late = match self {
            Timers::OnTime => 0,
            Timers::Late(late) => late,
            Timers::Never => return None,
        };
        Some((wakeup? - mono).max(0).saturating_add(late))
    }
}
