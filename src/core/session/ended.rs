//! The sessions that have ended, so that a peer that does not know it yet cannot bring them back.

use crate::core::record::SessionId;

/// How many ended sessions are remembered.
const REMEMBERED: usize = 16;

/// A session that has ended.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct EndedSession {
    pub(super) id: SessionId,
    /// Whether a sign-out ended it, so that peers that hold it must drop it, too.
    pub(super) signed_out: bool,
}

/// The sessions that have ended, the latest last.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct EndedSessions(Vec<EndedSession>);

impl EndedSessions {
    pub(super) fn remember(&mut self, session: EndedSession) {
        if self.0.len() == REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(session);
    }

    /// Takes a session out of the list, since it may still be held elsewhere.
    pub(super) fn forget(&mut self, id: SessionId) {
        self.0.retain(|ended| ended.id != id);
    }

    pub(super) fn has(&self, id: SessionId) -> bool {
        self.0.iter().any(|ended| ended.id == id)
    }

    pub(super) fn all(&self) -> Vec<EndedSession> {
        self.0.clone()
    }

    pub(super) fn is_signed_out(&self, id: SessionId) -> bool {
        self.0.iter().any(|ended| ended.signed_out && ended.id == id)
    }
}
