//! Restoring: what a page finds when it starts, and when it comes back from where it was put aside.

use std::mem;

use super::error::{Code, Error};
use super::event::Reason;
use super::exchange::STORAGE_LIMIT;
use super::message::Message;
use super::session::{Effect, Loaded, Phase, ReadId, Session};
use super::siblings::Found;
use super::time::{Now, Timestamp};
use super::wait::{ANSWER_TIME, Wait};

/// A reading of the storage. Where a session is held already, it is not waited for long.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    id: ReadId,
    until: Option<Timestamp>,
}

impl Reading {
    pub(super) fn id(&self) -> ReadId {
        self.id
    }

    pub(super) fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

impl Session {
    /// Whether it is not known yet if there is a session.
    pub(super) fn is_restoring(&self) -> bool {
        let reading = matches!(self.phase, Phase::New | Phase::Reading(_) | Phase::Joining(_));
        reading && self.live.is_none()
    }

    pub(super) fn read_again(&mut self, until: Option<Timestamp>, out: &mut Vec<Effect>) {
        let id = ReadId(self.next_id());
        self.go(Phase::Reading(Reading { id, until }));
        out.push(Effect::Load(id));
    }

    pub(super) fn loaded(&mut self, read: ReadId, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        if matches!(&self.phase, Phase::Reading(reading) if reading.id == read) {
            self.restored(loaded, now, out)
        } else if matches!(&self.phase, Phase::Locking(locking) if locking.is(read)) {
            self.locked(loaded, now, out)
        } else if matches!(&self.phase, Phase::Doubting(doubt) if doubt.is(read)) {
            self.doubted(loaded, now, out)
        } else {
            false
        }
    }

    /// The record was read: for the first time, or since the page was put aside.
    fn restored(&mut self, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        let first = self.live.is_none();
        if matches!(loaded, Loaded::Unavailable) && first && self.config.options.storage_may_recover {
            return self.not_restored(out);
        }
        let a_record = matches!(loaded, Loaded::Record(_));
        match self.compare_loaded(loaded, now) {
            // It was signed out while it was being read.
            Ok(Found::Same) if first && a_record && !self.config.options.storage_is_shared => {
                self.store(None, out);
            }
            Ok(found) => self.take_up(found, false, Reason::SignedOutElsewhere, out),
            Err(error) if first => self.unusable = Some(error),
            // It is left to its owner, and the session goes on.
            Err(_) => {}
        }
        if let Some(live) = &self.live {
            // For those who ask just now who has a session.
            self.tell(&Message::Newest(live.record.clone()), out);
        }
        self.ask_first(now, out);
        if let Some(live) = &self.live {
            // The lock of a storage says better whether somebody is at it.
            if !self.config.options.storage_locks {
                self.pace.wait_for_answer(live.record.refresh_sent.get(), now);
            }
        } else if first && self.config.options.shares && self.unusable.is_none() && !self.disposed {
            self.go(Phase::Joining(Wait::of(ANSWER_TIME, now)));
            return true;
        }
        self.settle(now, out)
    }

    /// The record could not be read, and may still be there: those who wait are told so.
    fn not_restored(&mut self, out: &mut Vec<Effect>) -> bool {
        self.go(Phase::New);
        let failed = || Error::because(Code::StorageFailed, "getItem");
        let signs_out = self.signs_out;
        self.answer_each(out, &|_, _| Some(Err(failed())));
        self.signs_out = signs_out;
        true
    }

    /// What there is, is known: the calls that waited for that get their meaning.
    pub(super) fn settle(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        if matches!(self.go(Phase::Ready), Phase::Joining(_)) {
            self.joined = Some(now.mono);
        }
        if mem::take(&mut self.signs_out) {
            self.sign_out(out);
        }
        for call in mem::take(&mut self.calls) {
            self.decide(call, now, out);
        }
        true
    }

    /// A page that is put aside loses its place among those who wait for the lock.
    pub(super) fn hidden(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.leaving = true;
        if matches!(self.phase, Phase::Locking(_)) {
            self.go(Phase::Ready);
            self.answer_calls(now, out);
        }
    }

    /// What was said meanwhile was not heard: whatever waits for that begins again.
    pub(super) fn shown(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.leaving = false;
        match self.go(Phase::Ready) {
            Phase::Ready | Phase::Joining(_) | Phase::Locking(_) if !self.disposed => {
                self.read_again(Some(now.mono.after(STORAGE_LIMIT)), out);
            }
            Phase::Doubting(doubt) => self.doubt(doubt.error(), now, out),
            phase @ (Phase::New
            | Phase::Reading(_)
            | Phase::Joining(_)
            | Phase::Ready
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)) => {
                self.go(phase);
                if self.exchange().is_some() {
                    self.ask_siblings(out);
                }
            }
        }
        self.answer_calls(now, out);
    }

    pub(super) fn online(&mut self) {
        self.offline = false;
        self.pace.network_is_back();
    }
}
