//! Time as the core knows it: spans, and the two clock readings that the host takes.
//!
//! Everything is whole milliseconds, and every operation saturates: a server may say
//! `expires_in: 9223372036854775807`, and a clock may be set back by a year.

use std::num::NonZeroU64;

/// A span of time in milliseconds, at most [`Millis::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(u64);

impl Millis {
    /// No time at all.
    pub const ZERO: Millis = Millis(0);

    /// 2^53 - 1 ms, the largest whole number that a JavaScript host can also name.
    pub const MAX: Millis = Millis((1 << 53) - 1);

    /// A span of `millis` milliseconds.
    pub const fn new(millis: u64) -> Millis {
        if millis > Millis::MAX.0 { Millis::MAX } else { Millis(millis) }
    }

    /// A span of whole seconds.
    pub const fn from_secs(secs: u64) -> Millis {
        if secs > Millis::MAX.0 / 1000 { Millis::MAX } else { Millis(secs * 1000) }
    }

    /// A span of `millis` milliseconds as a host number; less than nothing is [`Millis::ZERO`].
    #[inline(never)]
    pub fn from_f64(millis: f64) -> Millis {
        Millis::new(saturate(millis))
    }

    /// A span of seconds as a host number; less than nothing is [`Millis::ZERO`].
    pub fn from_secs_f64(secs: f64) -> Millis {
        Millis::from_f64(secs * 1000.0)
    }

    /// The whole number of milliseconds.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The span in milliseconds, as a host number; exact up to [`Millis::MAX`].
    #[expect(clippy::as_conversions, reason = "exact below 2^53")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64
    }

    /// The span in seconds, as a host number.
    pub fn to_secs_f64(self) -> f64 {
        self.to_f64() / 1000.0
    }

    /// The sum, at most [`Millis::MAX`].
    #[must_use]
    pub const fn plus(self, other: Millis) -> Millis {
        Millis::new(self.0 + other.0)
    }

    /// The difference, at least [`Millis::ZERO`].
    #[must_use]
    pub const fn minus(self, other: Millis) -> Millis {
        Millis(self.0.saturating_sub(other.0))
    }

    /// This many thousandths of the span, at most all of it.
    #[must_use]
    pub const fn thousandths(self, share: u64) -> Millis {
        Millis(self.0 / 1000 * share + self.0 % 1000 * share / 1000)
    }
}

#[expect(clippy::as_conversions, reason = "a float cast saturates, and makes NaN zero")]
fn saturate(value: f64) -> u64 {
    value as u64
}

/// No reading is farther from zero, so that a few spans more or less cannot overflow.
const FARTHEST: i64 = 1 << 60;

// Not inlined, as what else clamps here: at a dozen places, that is more to download.
#[inline(never)]
#[expect(clippy::as_conversions, reason = "a float cast saturates")]
fn reading(millis: f64) -> i64 {
    (millis as i64).clamp(-FARTHEST, FARTHEST)
}

#[inline(never)]
fn elapsed(earlier: i64, later: i64) -> Millis {
    if later > earlier { Millis::new(later.wrapping_sub(earlier).unsigned_abs()) } else { Millis::ZERO }
}

/// A reading of a monotonic clock: never set, but it may stand still while the machine sleeps. Never
/// zero, so that an `Option` of it is as small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(NonZeroU64);

impl Timestamp {
    /// The reading of no milliseconds: far from zero, and above all others' highest bit.
    const ORIGIN: u64 = 3 << 62;

    /// A reading in milliseconds since some moment that only the host knows.
    pub fn from_f64(millis: f64) -> Timestamp {
        Timestamp::new(Timestamp::ORIGIN.wrapping_add_signed(reading(millis)))
    }

    fn new(reading: u64) -> Timestamp {
        const HIGHEST_BIT: NonZeroU64 = NonZeroU64::new(1 << 63).unwrap();
        Timestamp(HIGHEST_BIT | reading)
    }

    /// The reading `span` later.
    #[must_use]
    pub fn after(self, span: Millis) -> Timestamp {
        Timestamp::new(self.0.get().wrapping_add(span.0))
    }

    /// The reading `span` earlier.
    #[must_use]
    pub fn before(self, span: Millis) -> Timestamp {
        Timestamp::new(self.0.get().wrapping_sub(span.0))
    }

    /// The span since `earlier`; nothing when that is later.
    pub fn since(self, earlier: Timestamp) -> Millis {
        Millis::new(self.0.get().saturating_sub(earlier.0.get()))
    }
}

/// A reading of the wall clock, in milliseconds since 1970. It may be set, forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(i64);

impl WallTime {
    /// The last moment that a JavaScript `Date` can name.
    const LAST: i64 = 8_640_000_000_000_000;

    /// A reading in milliseconds since 1970.
    pub fn from_f64(millis: f64) -> WallTime {
        WallTime(reading(millis))
    }

    /// Milliseconds since 1970, as a host number.
    #[expect(clippy::as_conversions, reason = "at most 8.64e15, which is below 2^53")]
    pub fn to_f64(self) -> f64 {
        self.0.clamp(-Self::LAST, Self::LAST) as f64
    }

    /// The reading `span` later.
    #[must_use]
    pub fn after(self, span: Millis) -> WallTime {
        WallTime(self.0.wrapping_add_unsigned(span.0))
    }

    /// The span since `earlier`; nothing when that is later.
    pub fn since(self, earlier: WallTime) -> Millis {
        elapsed(earlier.0, self.0)
    }
}

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The monotonic clock.
    pub mono: Timestamp,
    /// The wall clock.
    pub wall: WallTime,
}

impl Now {
    /// The larger of the two elapsed spans: sleep stops the one clock, the user sets the other,
    /// and a token that is taken for older than it is costs one request at the most.
    pub fn since(self, earlier: Now) -> Millis {
        self.mono.since(earlier.mono).max(self.wall.since(earlier.wall))
    }

    /// The moment that was `age` ago, on both clocks.
    #[must_use]
    pub fn before(self, age: Millis) -> Now {
        Now { mono: self.mono.before(age), wall: WallTime(self.wall.0.wrapping_sub_unsigned(age.0)) }
    }
}

/// How long an access token lives, counted from when its request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The server did not say (RFC 6749 §5.1 only recommends `expires_in`): use it until a 401.
    Unknown,
    /// This long.
    Known(Millis),
}
