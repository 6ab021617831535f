//! The numbers of messages.

use super::members::Members;
use super::random_bits::RandomBits;

/// The random number of a roll call, which the replies repeat, or of a claim, which decides who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct MessageNumber(RandomBits);

impl MessageNumber {
    /// A number of these random bits.
    pub(super) fn new(bits: u64) -> MessageNumber {
        MessageNumber(RandomBits::new(bits))
    }

    pub(super) fn read(members: &Members, name: &str) -> Option<MessageNumber> {
        RandomBits::parse(members.text(name)?).map(MessageNumber)
    }

    /// The number in 16 hexadecimal digits.
    pub(super) fn to_text(self) -> String {
        self.0.to_text()
    }
}
