//! The lineage of a session: a sign-in replaces a guest or another user, and a new guest replaces a lost one.
//! A page that has missed several changes finds in it that it still holds a session that was replaced.

use super::record::{Record, SessionId};

/// How many sessions a lineage remembers.
const REMEMBERED: usize = 16;

/// The sessions that a session has replaced, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage(Vec<SessionId>);

impl Lineage {
    /// The lineage of a session that replaces this one.
    pub(super) fn after(record: &Record) -> Lineage {
        let earlier = record.replaces.0.iter().copied();
        Lineage([record.id].into_iter().chain(earlier).take(REMEMBERED).collect())
    }

    /// Whether the session was replaced.
    pub fn has(&self, id: SessionId) -> bool {
        self.0.contains(&id)
    }

    /// The identifiers, separated by spaces; nothing if no session was replaced.
    pub(super) fn to_text(&self) -> Option<String> {
        let ids: Vec<String> = self.0.iter().map(|id| id.to_text()).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Reads the text of [`Lineage::to_text`].
    pub(super) fn parse(text: &str) -> Lineage {
        Lineage(text.split(' ').filter_map(SessionId::parse).take(REMEMBERED).collect())
    }
}
