//! Identifiers of sessions, and lists of them.

use std::num::NonZeroU64;

use super::members::Members;

/// How many sessions a list remembers.
const REMEMBERED: usize = 16;

/// Identifies a session. It does not come from the server, and stays the same through every refresh. It is random, or
/// follows from the tokens if they were adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "recorder", serde(into = "String", try_from = "String"))]
pub struct SessionId(NonZeroU64);

impl SessionId {
    /// An identifier of these random bits.
    pub fn new(bits: u64) -> SessionId {
        SessionId(NonZeroU64::MIN.saturating_add(bits))
    }

    /// Reads the text of [`SessionId::to_text`].
    pub(super) fn parse(text: &str) -> Option<SessionId> {
        let digit = |byte| char::from(byte).to_digit(16).map(u64::from);
        let bits = text.bytes().try_fold(0, |bits, byte| Some(bits << 4 | digit(byte)?))?;
        NonZeroU64::new(bits).map(SessionId)
    }

    pub(super) fn read(members: &Members, name: &str) -> Option<SessionId> {
        SessionId::parse(members.text(name)?)
    }

    /// The identifier in 16 hexadecimal digits.
    pub fn to_text(self) -> String {
        let digit = |at: u32| u32::try_from(self.0.get() >> (4 * at) & 15).ok();
        (0..16).rev().filter_map(|at| char::from_digit(digit(at)?, 16)).collect()
    }
}

/// Sessions, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionIds(Vec<SessionId>);

impl SessionIds {
    /// These sessions, and a later one.
    pub(super) fn with(&self, latest: SessionId) -> SessionIds {
        let earlier = self.0.iter().copied().filter(|id| *id != latest);
        SessionIds([latest].into_iter().chain(earlier).take(REMEMBERED).collect())
    }

    /// Whether the session is in the list.
    pub fn has(&self, id: SessionId) -> bool {
        self.0.contains(&id)
    }

    /// The identifiers, separated by spaces; nothing if the list is empty.
    pub(super) fn to_text(&self) -> Option<String> {
        let ids: Vec<String> = self.0.iter().map(|id| id.to_text()).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Reads the text of [`SessionIds::to_text`].
    pub(super) fn parse(text: &str) -> SessionIds {
        SessionIds(text.split(' ').filter_map(SessionId::parse).take(REMEMBERED).collect())
    }
}

#[cfg(feature = "recorder")]
mod serialized {
    use super::SessionId;

    impl From<SessionId> for String {
        fn from(id: SessionId) -> String {
            id.to_text()
        }
    }

    impl TryFrom<String> for SessionId {
        type Error = &'static str;

        fn try_from(text: String) -> Result<SessionId, Self::Error> {
            SessionId::parse(&text).ok_or("not the identifier of a session")
        }
    }
}
