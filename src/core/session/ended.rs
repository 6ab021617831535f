//! The sessions that have ended, so that a peer that does not know it yet cannot bring them back.

use crate::core::message::Message;
use crate::core::record::{Generation, SessionId, Subject};
use crate::core::session_ids::SessionIds;

/// How many ended sessions are remembered.
const REMEMBERED: usize = 16;

/// A session that has ended.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct EndedSession {
    pub(super) id: SessionId,
    /// Set if a sign-out ended it. Peers must drop this session, and each user's session in the list.
    pub(super) signed_out: Option<SessionIds>,
}

impl EndedSession {
    /// The message about its sign-out, if a sign-out ended it.
    pub(super) fn sign_out(&self) -> Option<Message> {
        let replaces = self.signed_out.clone()?;
        Some(Message::SignedOut { session: self.id, replaces })
    }
}

/// The sessions that have ended, the latest last.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct EndedSessions(Vec<EndedSession>);

impl EndedSessions {
    pub(super) fn remember(&mut self, session: EndedSession) {
        self.forget(session.id);
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

    /// Whether a sign-out ended this session or, if it is a user's, a later session that had replaced it.
    pub(super) fn is_signed_out(&self, id: SessionId, subject: Subject, generation: Generation) -> bool {
        self.0.iter().any(|ended| {
            let ends = |replaces: &SessionIds| {
                ended.id == id || subject == Subject::User && replaces.covers(id, generation)
            };
            ended.signed_out.as_ref().is_some_and(ends)
        })
    }

    /// The messages about all sign-outs.
    pub(super) fn sign_outs(&self) -> Vec<Message> {
        self.0.iter().filter_map(EndedSession::sign_out).collect()
    }

    /// The message about the last sign-out that concerns a page with this session.
    pub(super) fn sign_out_for(&self, id: SessionId) -> Option<Message> {
        let concerns = |ended: &&EndedSession| {
            ended.signed_out.as_ref().is_some_and(|replaces| ended.id == id || replaces.has(id))
        };
        self.0.iter().rev().find(concerns).and_then(EndedSession::sign_out)
    }
}
