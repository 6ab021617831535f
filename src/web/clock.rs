//! The host's two clocks and its random numbers.

use super::host;
use crate::core::time::{Now, Timestamp, WallTime};

/// Reads both clocks.
pub fn now() -> Now {
    Now { mono: Timestamp::from_f64(host::monotonic_time()), wall: WallTime::from_f64(host::wall_time()) }
}

/// 64 random bits. A Worker allows this only while it serves a request.
pub fn seed() -> u64 {
    u64::from(host::random()) << 32 | u64::from(host::random())
}
