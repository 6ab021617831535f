//! Restoring: reads the storage at the first call, and when the page comes back.

use std::rc::Rc;

use super::Session;
use super::found::{Found, Source};
use super::phase::RefusedWrite;
use super::phase::{Phase, Reading};
use crate::core::error::{Code, Error};
use crate::core::event::{Reason, SessionView};
use crate::core::ids::ReadId;
use crate::core::io::{Effect, Loaded};
use crate::core::members::Members;
use crate::core::message::Message;
use crate::core::record::{Record, mismatch};
use crate::core::time::{Now, Timestamp};

impl Session {
    /// Whether it is still unknown if there is a session.
    pub fn is_restoring(&self) -> bool {
        let reading = matches!(self.phase, Phase::New | Phase::Reading(_) | Phase::AskingPeers);
        reading && self.active().is_none()
    }

    /// Reads the storage.
    pub(super) fn read_storage(&mut self, until: Timestamp) {
        self.read_storage_after(None, until);
    }

    pub(super) fn read_storage_after(&mut self, refused_write: Option<RefusedWrite>, until: Timestamp) {
        let id = ReadId(self.next_id());
        self.enter(Phase::Reading(Reading { id, until, refused_write }));
        self.effect(Effect::Load(id));
    }

    /// Whether only the storage can tell if there is a session, and the read is not for a refused write.
    pub(super) fn awaits_storage(&self) -> bool {
        let reads = matches!(self.phase, Phase::Reading(Reading { refused_write: None, .. }));
        reads && self.active().is_none()
    }

    /// The storage has not answered in time. If only the storage can tell, it is asked again, and the answer that
    /// arrives first is used.
    pub(super) fn reading_timeout(&mut self, now: Now) {
        if self.awaits_storage()
            && let Phase::Reading(reading) = &mut self.phase
        {
            reading.until = now.mono.after(self.config.timeout());
            let again = Effect::Load(reading.id);
            self.effect(again);
        } else {
            self.restored(Loaded::Unavailable, now);
        }
    }

    /// The storage was read, for the first time or after the page came back.
    pub(super) fn restored(&mut self, loaded: Loaded, now: Now) {
        let storage = self.config.options.storage;
        let refused_write =
            if let Phase::Reading(reading) = &mut self.phase { reading.refused_write.take() } else { None };
        let is_first = self.active().is_none();
        if is_first && refused_write.is_none() && storage.is_custom() && matches!(loaded, Loaded::Unavailable)
        {
            return self.fail_restore();
        }
        let has_record =
            matches!(&loaded, Loaded::Record(members) if mismatch(members, &self.config).is_none());
        let found = self.compare_loaded(loaded, now);
        // The record was cleared, or the session was signed out: the peers know which of the two.
        let lost = self.held_id().filter(|_| matches!(found, Found::Gone) && self.has_registered_peers());
        if matches!(found, Found::NothingNew) && is_first && has_record && !storage.is_shared() {
            // The session was signed out while it was being read, or the record is damaged.
            self.store(None);
        } else {
            self.use_found(found, Source::Storage { if_gone: Reason::SignedOutElsewhere }, now);
        }
        if let Some(lost) = lost {
            self.ended.forget(lost);
        }
        if let Some(refused_write) = &refused_write {
            self.settle_refused_write(refused_write);
        }
        if let Some(record) = self.record().cloned() {
            // For the peers that are asking for a session just now.
            self.broadcast(&Message::Newest(record));
        }
        self.call_roll(now);
        let attempts = self.active().map(|active| active.attempts);
        if let Some(attempts) = attempts {
            self.resume_stall(attempts, now);
        }
        match attempts {
            // With a storage that has a lock of its own, the lock tells whether a refresh is under way.
            Some(_) if storage.has_lock() => {}
            Some(attempts) => self.pacing.defer_for_refresh_in_flight(attempts.latest_at, now),
            None if (is_first || lost.is_some()) && self.roll_call.is_some() => {
                self.enter(Phase::AskingPeers);
                return;
            }
            None => {}
        }
        self.finish_restore(now);
    }

    /// The application has seen the session of this record, which the front has read.
    pub(super) fn front_has_shown(&mut self, record: &Members, now: Now) {
        let record = Record::from_members(record, &self.config, now).ok().flatten();
        self.shown_session = record.map(|record| SessionView::of(&Rc::new(record)));
    }

    pub(super) fn should_wait_for_peers(&self) -> bool {
        self.config.options.has_peers && !self.page.disposed && !self.page.prerendering
    }

    /// The record could not be read, but may still be there: the waiting calls fail, and the next call
    /// reads again.
    fn fail_restore(&mut self) {
        self.enter(Phase::New);
        self.roll_call = None;
        self.reply_to_each(&|_, _| Some(Err(Error::because(Code::StorageFailed, "getItem() failed"))));
    }

    /// The restore is complete: interprets the calls that waited for it.
    pub(super) fn finish_restore(&mut self, now: Now) {
        if matches!(self.enter(Phase::Ready), Phase::AskingPeers) {
            self.asking_peers_ended_at = Some(now.mono);
        }
        self.sign_out_if_pending();
        self.report_lost_session();
        for call in self.calls.take_all() {
            if self.waits_for_activation(&call.want) {
                self.calls.add(call);
            } else {
                self.resolve(call, now);
            }
        }
    }
}
