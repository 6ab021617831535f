//! Pseudo-random numbers. The seed determines all of them, so that a session can be replayed.

use super::time::Millis;

/// A sequence of pseudo-random numbers (splitmix64). Not for secrets.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "recorder", serde(into = "String", try_from = "String"))]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub(super) const fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A random part of `span`: at least `least` thousandths of it, at most all of it.
    pub(super) fn jitter(&mut self, span: Millis, least: u64) -> Millis {
        let by_chance = Millis::new(1000 - least).thousandths(self.bits() % 1001);
        span.thousandths(least + by_chance.get())
    }
}

#[cfg(feature = "recorder")]
mod serialized {
    use super::Random;

    impl From<Random> for String {
        fn from(Random(state): Random) -> String {
            // As a number it would lose digits in JavaScript.
            format!("{state:x}")
        }
    }

    impl TryFrom<String> for Random {
        type Error = std::num::ParseIntError;

        fn try_from(text: String) -> Result<Random, Self::Error> {
            u64::from_str_radix(&text, 16).map(Random)
        }
    }
}
