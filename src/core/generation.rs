//! The number of a token set.

use super::text::digits;
use super::time::Millis;

/// The number of a token set: a later one has a larger number. Two counters have this type: `Record::generation` counts the
/// token sets of one session, and `token_serial` those of all sessions that a client has held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Generation(u64);

impl Generation {
    pub(super) fn from_f64(count: f64) -> Generation {
        Generation(Millis::from_f64(count).get())
    }

    pub(super) fn to_f64(self) -> f64 {
        Millis::new(self.0).to_f64()
    }

    /// Reads the text of [`Generation::to_text`].
    pub(super) fn parse(text: &str) -> Option<Generation> {
        digits(text).map(Generation)
    }

    /// The number in decimal digits. The formatter of the standard library would make the download larger.
    pub(super) fn to_text(self) -> String {
        let (mut text, mut rest) = (String::new(), self.0);
        while rest > 0 || text.is_empty() {
            text.insert(
                0,
                u32::try_from(rest % 10).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('?'),
            );
            rest /= 10;
        }
        text
    }

    /// The generation after this one.
    #[must_use]
    pub fn next(self) -> Generation {
        Generation(self.0.saturating_add(1))
    }
}
