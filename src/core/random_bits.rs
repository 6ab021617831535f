//! 64 random bits, and their text.

use std::num::NonZeroU64;

/// Random bits, never all zero. Their text has 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "recorder", serde(into = "String", try_from = "String"))]
pub(super) struct RandomBits(NonZeroU64);

impl RandomBits {
    pub(super) fn new(bits: u64) -> RandomBits {
        RandomBits(NonZeroU64::MIN.saturating_add(bits))
    }

    /// Reads the text of [`RandomBits::to_text`].
    pub(super) fn parse(text: &str) -> Option<RandomBits> {
        let digit = |byte| char::from(byte).to_digit(16).map(u64::from);
        let bits = text.bytes().try_fold(0, |bits, byte| Some(bits << 4 | digit(byte)?))?;
        NonZeroU64::new(bits).map(RandomBits)
    }

    pub(super) fn to_text(self) -> String {
        let digit = |at: u32| u32::try_from(self.0.get() >> (4 * at) & 15).ok();
        (0..16).rev().filter_map(|at| char::from_digit(digit(at)?, 16)).collect()
    }
}

#[cfg(feature = "recorder")]
mod serialized {
    use super::RandomBits;

    impl From<RandomBits> for String {
        fn from(bits: RandomBits) -> String {
            bits.to_text()
        }
    }

    impl TryFrom<String> for RandomBits {
        type Error = &'static str;

        fn try_from(text: String) -> Result<RandomBits, Self::Error> {
            RandomBits::parse(&text).ok_or("not 16 hexadecimal digits")
        }
    }
}
