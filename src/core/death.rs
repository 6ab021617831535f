//! The end of a session that nobody here asked for: its life is over, or the server says so.

use super::error::{Code, Error, Problem};
use super::event::Reason;
use super::exchange::STORAGE_LIMIT;
use super::record::{SessionId, Subject};
use super::session::{Effect, Loaded, Phase, ReadId, Session};
use super::siblings::Found;
use super::time::{Now, Timestamp};
use super::wait::{ANSWER_TIME, Wait};

/// A verdict that the refresh token is dead, while the storage and the siblings are asked once more.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    /// The reading of the storage, until it is done, and how long it is waited for.
    read: Option<(ReadId, Timestamp)>,
    of: Option<SessionId>,
    error: Error,
    wait: Wait,
}

impl Doubt {
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
        let over =
            self.live.as_ref().is_some_and(|live| !live.can_refresh() && live.record.tokens.is_expired(now));
        if over {
            self.end(Reason::Expired, Error::because(Code::LoginRequired, "no refresh token"), out);
        }
        over
    }

    /// The server says that the refresh token is dead. Others may have its successor: even a page's
    /// own storage may have two clients.
    pub(super) fn doubt(&mut self, error: Error, now: Now, out: &mut Vec<Effect>) {
        let wait = Wait::of(ANSWER_TIME, now);
        self.go(Phase::Doubting(Doubt { read: None, of: self.held_id(), error, wait }));
        self.ask_others(now, out);
    }

    /// Asks the siblings; and in doubt the storage, too.
    pub(super) fn ask_others(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.ask_siblings(out);
        let read = ReadId(self.next_id());
        if let Phase::Doubting(doubt) = &mut self.phase {
            doubt.read = Some((read, now.mono.after(STORAGE_LIMIT)));
            out.push(Effect::Load(read));
        }
    }

    /// What the storage says about it.
    pub(super) fn doubted(&mut self, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        match self.compare_loaded(loaded, now) {
            Ok(found @ (Found::Newer(_) | Found::Other(_))) => {
                self.go(Phase::Ready);
                self.take_up(found, false, Reason::SignedOutElsewhere, out);
                self.answer_calls(now, out);
                true
            }
            // What is gone from the storage is about to go from here.
            Ok(Found::Same | Found::Gone) | Err(_) => {
                if let Phase::Doubting(doubt) = &mut self.phase {
                    doubt.read = None;
                }
                !self.config.options.shares && self.believe(out)
            }
        }
    }

    /// Nobody knows better.
    pub(super) fn believe(&mut self, out: &mut Vec<Effect>) -> bool {
        let Phase::Doubting(doubt) = self.go(Phase::Ready) else { return false };
        self.end(Reason::RefreshRejected, doubt.error, out);
        true
    }

    fn end(&mut self, reason: Reason, error: Error, out: &mut Vec<Effect>) {
        let guest = self.live.take().map(|live| {
            self.remember_over(live.record.id, false);
            live.record
        });
        self.start_afresh();
        self.lost_guest = guest.filter(|record| record.subject == Subject::Guest).map(|record| record.id);
        self.store(None, out);
        self.session_changed(reason, Some(error.clone()), out);
        self.ended = Some(error);
    }
}

/// The verdict, where the answer to a refresh before was lost: its token may have gone with that.
pub(super) fn after_a_loss(error: &Error) -> Error {
    Problem { detail: Some("the answer to a refresh was lost".into()), ..Problem::clone(error) }.into()
}
