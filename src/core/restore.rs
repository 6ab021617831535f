//! Restoring: what a page finds when it starts, and when it comes back from where it was put aside.

use std::mem;

use super::error::{Code, Error};
use super::event::Reason;
use super::exchange::STORAGE_LIMIT;
use super::ids::ReadId;
use super::io::{Effect, Loaded};
use super::message::Message;
use super::peers::Found;
use super::session::{Phase, Session};
use super::time::{Now, Timestamp};
use super::wait::{PEER_RESPONSE_TIME, Wait};

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
        let reading = matches!(self.phase, Phase::New | Phase::Reading(_) | Phase::AskingPeers(_));
        reading && self.active.is_none()
    }

    pub(super) fn read_again(&mut self, until: Option<Timestamp>, out: &mut Vec<Effect>) {
        let id = ReadId(self.next_id());
        self.enter(Phase::Reading(Reading { id, until }));
        out.push(Effect::Load(id));
    }

    pub(super) fn loaded(&mut self, read: ReadId, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        if matches!(&self.phase, Phase::Reading(reading) if reading.id == read) {
            self.restored(loaded, now, out)
        } else if matches!(&self.phase, Phase::Locking(locking) if locking.is(read)) {
            self.lock_acquired(loaded, now, out)
        } else if matches!(&self.phase, Phase::ConfirmingRejection(confirmation) if confirmation.is(read)) {
            self.confirmation_loaded(loaded, now, out)
        } else {
            false
        }
    }

    /// The record was read: for the first time, or since the page was put aside.
    fn restored(&mut self, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        let first = self.active.is_none();
        if matches!(loaded, Loaded::Unavailable) && first && self.config.options.storage.may_recover() {
            return self.not_restored(out);
        }
        let a_record = matches!(loaded, Loaded::Record(_));
        match self.compare_loaded(loaded, now) {
            // It was signed out while it was being read.
            Ok(Found::Same) if first && a_record && !self.config.options.storage.is_shared() => {
                self.store(None, out);
            }
            Ok(found) => self.adopt(found, false, Reason::SignedOutElsewhere, out),
            Err(error) if first => self.unusable = Some(error),
            // It is left to its owner, and the session goes on.
            Err(_) => {}
        }
        if let Some(active) = &self.active {
            // For those who ask just now who has a session.
            self.broadcast(&Message::Newest(active.record.clone()), out);
        }
        self.ask_peers_before_refresh(now, out);
        if let Some(active) = &self.active {
            // The lock of a storage says better whether somebody is at it.
            if !self.config.options.storage.has_lock() {
                self.pacing.defer_for_refresh_in_flight(active.record.refresh_started_at.get(), now);
            }
        } else if first && self.config.options.has_peers && self.unusable.is_none() && !self.disposed {
            self.enter(Phase::AskingPeers(Wait::of(PEER_RESPONSE_TIME, now)));
            return true;
        }
        self.finish_restore(now, out)
    }

    /// The record could not be read, and may still be there: those who wait are told so.
    fn not_restored(&mut self, out: &mut Vec<Effect>) -> bool {
        self.enter(Phase::New);
        let failed = || Error::because(Code::StorageFailed, "getItem");
        let sign_out_pending = self.sign_out_pending;
        self.answer_each(out, &|_, _| Some(Err(failed())));
        self.sign_out_pending = sign_out_pending;
        true
    }

    /// What there is, is known: the calls that waited for that get their meaning.
    pub(super) fn finish_restore(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        if matches!(self.enter(Phase::Ready), Phase::AskingPeers(_)) {
            self.peers_asked_at = Some(now.mono);
        }
        if mem::take(&mut self.sign_out_pending) {
            self.sign_out(out);
        }
        for call in mem::take(&mut self.calls) {
            self.resolve(call, now, out);
        }
        true
    }

    /// A page that is put aside loses its place among those who wait for the lock.
    pub(super) fn hidden(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.page_hidden = true;
        if matches!(self.phase, Phase::Locking(_)) {
            self.enter(Phase::Ready);
            self.answer_calls(now, out);
        }
    }

    /// What was said meanwhile was not heard: whatever waits for that begins again.
    pub(super) fn shown(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.page_hidden = false;
        match self.enter(Phase::Ready) {
            Phase::Ready | Phase::AskingPeers(_) | Phase::Locking(_) if !self.disposed => {
                self.read_again(Some(now.mono.after(STORAGE_LIMIT)), out);
            }
            Phase::ConfirmingRejection(confirmation) => {
                self.confirm_rejection(confirmation.error(), now, out)
            }
            phase @ (Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers(_)
            | Phase::Ready
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)) => {
                self.enter(phase);
                if self.exchange().is_some() {
                    self.ask_peers(out);
                }
            }
        }
        self.answer_calls(now, out);
    }

    pub(super) fn online(&mut self) {
        self.offline = false;
        self.pacing.network_restored();
    }
}
