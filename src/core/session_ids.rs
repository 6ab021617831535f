//! Identifiers of sessions, and lists of them.

use super::members::Members;
use super::random_bits::RandomBits;

/// How many sessions a list remembers.
const REMEMBERED: usize = 16;

/// Identifies a session. It does not come from the server, and stays the same through every refresh. It is random, or
/// follows from the tokens if they were adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionId(RandomBits);

impl SessionId {
    /// An identifier of these random bits.
    pub fn new(bits: u64) -> SessionId {
        SessionId(RandomBits::new(bits))
    }

    /// Reads the text of [`SessionId::to_text`].
    pub(super) fn parse(text: &str) -> Option<SessionId> {
        RandomBits::parse(text).map(SessionId)
    }

    pub(super) fn read(members: &Members, name: &str) -> Option<SessionId> {
        SessionId::parse(members.text(name)?)
    }

    /// The identifier in 16 hexadecimal digits.
    pub fn to_text(self) -> String {
        self.0.to_text()
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
