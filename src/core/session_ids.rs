//! Lists of sessions, for a record.

use super::record::SessionId;

/// How many sessions a list remembers.
const REMEMBERED: usize = 16;

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
