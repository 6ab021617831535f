//! The end of a session that nobody here asked for: its life is over, or the server says so.

use super::error::{Code, Error, Problem};
use super::event::Reason;
use super::exchange::STORAGE_LIMIT;
use super::ids::ReadId;
use super::io::{Effect, Loaded};
use super::peers::Found;
use super::record::{SessionId, Subject};
use super::session::{Phase, Session};
use super::time::{Now, Timestamp};
use super::wait::{PEER_RESPONSE_TIME, Wait};

/// A verdict that the refresh token is dead, while the storage and the siblings are asked once more.
#[derive(Clone, Debug)]
pub(super) struct Confirmation {
    /// The reading of the storage, until it is done, and how long it is waited for.
    read: Option<(ReadId, Timestamp)>,
    of: Option<SessionId>,
    error: Error,
    wait: Wait,
}

impl Confirmation {
    pub(super) fn is(&self, read: ReadId) -> bool {
        self.read.as_ref().is_some_and(|(reading, _)| *reading == read)
    }

    pub(super) fn error(self) -> Error {
        self.error
    }

    /// The session of whose refresh token it was said.
    pub(super) fn of(&self) -> Option<SessionId> {
        self.of
    }

    pub(super) fn wait(&mut self) -> &mut Wait {
        &mut self.wait
    }

    pub(super) fn until(&self) -> Timestamp {
        let answered = self.wait.until();
        self.read.as_ref().map_or(answered, |(_, read)| answered.max(*read))
    }
}

impl Session {
    /// Ends a session whose token is over and cannot be refreshed.
    pub(super) fn expire(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let over = self
            .active
            .as_ref()
            .is_some_and(|active| !active.can_refresh() && active.record.tokens.is_expired(now));
        if over {
            self.end(Reason::Expired, Error::because(Code::LoginRequired, "no refresh token"), out);
        }
        over
    }

    /// The server says that the refresh token is dead. Others may have its successor: even a page's
    /// own storage may have two clients.
    pub(super) fn confirm_rejection(&mut self, error: Error, now: Now, out: &mut Vec<Effect>) {
        let wait = Wait::of(PEER_RESPONSE_TIME, now);
        self.enter(Phase::ConfirmingRejection(Confirmation { read: None, of: self.held_id(), error, wait }));
        self.ask_peers_and_storage(now, out);
    }

    /// Asks the siblings; and in doubt the storage, too.
    pub(super) fn ask_peers_and_storage(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.ask_peers(out);
        let read = ReadId(self.next_id());
        if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
            confirmation.read = Some((read, now.mono.after(STORAGE_LIMIT)));
            out.push(Effect::Load(read));
        }
    }

    /// What the storage says about it.
    pub(super) fn confirmation_loaded(&mut self, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        match self.compare_loaded(loaded, now) {
            Ok(found @ (Found::Newer(_) | Found::Other(_))) => {
                self.enter(Phase::Ready);
                self.adopt(found, false, Reason::SignedOutElsewhere, out);
                self.answer_calls(now, out);
                true
            }
            // What is gone from the storage is about to go from here.
            Ok(Found::Same | Found::Gone) | Err(_) => {
                if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
                    confirmation.read = None;
                }
                !self.config.options.has_peers && self.accept_rejection(out)
            }
        }
    }

    /// Nobody knows better.
    pub(super) fn accept_rejection(&mut self, out: &mut Vec<Effect>) -> bool {
        let Phase::ConfirmingRejection(confirmation) = self.enter(Phase::Ready) else { return false };
        self.end(Reason::RefreshRejected, confirmation.error, out);
        true
    }

    fn end(&mut self, reason: Reason, error: Error, out: &mut Vec<Effect>) {
        let guest = self.active.take().map(|active| {
            self.remember_ended(active.record.id, false);
            active.record
        });
        self.clear_vacancy();
        self.lost_guest = guest.filter(|record| record.subject == Subject::Guest).map(|record| record.id);
        self.store(None, out);
        self.session_changed(reason, Some(error.clone()), out);
        self.ended = Some(error);
    }
}

/// The verdict, where the answer to a refresh before was lost: its token may have gone with that.
pub(super) fn after_lost_response(error: &Error) -> Error {
    Problem { detail: Some("the answer to a refresh was lost".into()), ..Problem::clone(error) }.into()
}
