//! Time: spans, and readings of the host's two clocks.
//!
//! All are whole milliseconds, and no operation overflows: a server may send
//! `expires_in: 9223372036854775807`, and a clock may be set back by a year.

use std::num::NonZeroU64;

/// A span of time in milliseconds, at most [`Millis::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Millis(u64);

impl Millis {
    /// Zero.
    pub const ZERO: Millis = Millis(0);

    /// 2^53 - 1 ms, the largest integer that is safe in JavaScript.
    pub const MAX: Millis = Millis((1 << 53) - 1);

    /// A span of `millis` milliseconds.
    pub const fn new(millis: u64) -> Millis {
        if millis > Millis::MAX.0 { Millis::MAX } else { Millis(millis) }
    }

    /// A span of whole seconds.
    pub const fn from_secs(secs: u64) -> Millis {
        if secs > Millis::MAX.0 / 1000 { Millis::MAX } else { Millis(secs * 1000) }
    }

    /// A span of `millis` milliseconds. A negative number becomes [`Millis::ZERO`].
    #[inline(never)]
    pub fn from_f64(millis: f64) -> Millis {
        Millis::new(saturate(millis))
    }

    /// A span of `secs` seconds. A negative number becomes [`Millis::ZERO`].
    pub fn from_secs_f64(secs: f64) -> Millis {
        Millis::from_f64(secs * 1000.0)
    }

    /// The number of milliseconds.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number of milliseconds, which a double represents exactly.
    #[expect(clippy::as_conversions, reason = "exact below 2^53")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64
    }

    /// The number of seconds.
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

/// The largest absolute value of a reading: adding some spans to it does not overflow.
const FARTHEST: i64 = 1 << 60;

// Not inlined, nor is the next one: their callers are inlined at a dozen places.
#[inline(never)]
#[expect(clippy::as_conversions, reason = "a float cast saturates")]
fn reading(millis: f64) -> i64 {
    (millis as i64).clamp(-FARTHEST, FARTHEST)
}

#[inline(never)]
fn elapsed(earlier: i64, later: i64) -> Millis {
    if later > earlier { Millis::new(later.wrapping_sub(earlier).unsigned_abs()) } else { Millis::ZERO }
}

/// A reading of a monotonic clock: nobody sets it, but it may stop while the machine sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "recorder", serde(into = "i64", from = "i64"))]
// Never zero: so an `Option<Timestamp>` is as small as a `Timestamp`, which saves 140 bytes of download.
pub struct Timestamp(NonZeroU64);

impl Timestamp {
    /// The reading of zero milliseconds. It is so large that the highest bit of every reading is set.
    const ORIGIN: u64 = 3 << 62;

    /// A reading in milliseconds since a moment that the host chooses.
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

    /// The span since `earlier`; zero if that is later.
    pub fn since(self, earlier: Timestamp) -> Millis {
        Millis::new(self.0.get().saturating_sub(earlier.0.get()))
    }
}

/// A reading of the wall clock, in milliseconds since 1970. The clock may be set forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct WallTime(i64);

impl WallTime {
    /// The last time that a JavaScript `Date` can represent.
    const LAST: i64 = 8_640_000_000_000_000;

    /// A reading in milliseconds since 1970.
    pub fn from_f64(millis: f64) -> WallTime {
        WallTime(reading(millis))
    }

    /// The number of milliseconds since 1970.
    #[expect(clippy::as_conversions, reason = "at most 8.64e15, which is below 2^53")]
    pub fn to_f64(self) -> f64 {
        self.0.clamp(-Self::LAST, Self::LAST) as f64
    }

    /// The reading `span` later.
    #[must_use]
    pub fn after(self, span: Millis) -> WallTime {
        WallTime(self.0.wrapping_add_unsigned(span.0))
    }

    /// The span since `earlier`; zero if that is later.
    pub fn since(self, earlier: WallTime) -> Millis {
        elapsed(earlier.0, self.0)
    }
}

/// By how much the wall clock may appear to be set back between two pages: operating systems correct it
/// in small steps.
pub(super) const CLOCK_CORRECTION: Millis = Millis::from_secs(5);

/// Readings of both clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Now {
    /// The monotonic clock.
    pub mono: Timestamp,
    /// The wall clock.
    pub wall: WallTime,
}

impl Now {
    /// The moment that was `age` earlier, by both clocks.
    #[must_use]
    pub fn before(self, age: Millis) -> Now {
        Now { mono: self.mono.before(age), wall: WallTime(self.wall.0.wrapping_sub_unsigned(age.0)) }
    }
}

/// The lifetime of an access token (RFC 6749 §5.1), counted from when its request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Lifetime {
    /// The server did not send `expires_in`, which is only recommended. The token is used until an API
    /// rejects it with 401.
    Unknown,
    /// The server sent `expires_in`.
    Known(Millis),
}

#[cfg(feature = "recorder")]
mod serialized {
    use super::Timestamp;

    impl From<Timestamp> for i64 {
        fn from(Timestamp(reading): Timestamp) -> i64 {
            reading.get().wrapping_sub(Timestamp::ORIGIN).cast_signed()
        }
    }

    impl From<i64> for Timestamp {
        fn from(millis: i64) -> Timestamp {
            Timestamp::new(Timestamp::ORIGIN.wrapping_add_signed(millis))
        }
    }
}
