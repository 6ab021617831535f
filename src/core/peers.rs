//! Siblings: the other pages that hold the same session, or read the same record.
//!
//! What they say is believed of the session that is held here, and of one that took its place. A
//! page that holds none joins the one that begins elsewhere, or that it has asked for.

use std::rc::Rc;

use super::error::{Code, Error};
use super::event::{Event, Reason, Refresh};
use super::grant::GrantKind;
use super::io::{Effect, Loaded};
use super::members::Members;
use super::message::Message;
use super::record::{Generation, Record, SessionId, Subject};
use super::session::{Phase, Session};
use super::time::{Millis, Now};
use super::wait::{PEER_RESPONSE_TIME, Wait};

/// How long a sibling that says that it is at it is given: longer than any exchange.
pub(super) const BUSY_TIME: Millis = Millis::from_secs(140);

/// How many sessions that are over are remembered.
const REMEMBERED: usize = 16;

/// A session that is over, whoever may still say that it lives.
#[derive(Clone, Debug)]
pub(super) struct EndedSession {
    id: SessionId,
    signed_out: bool,
}

/// What a record says about the session that is held.
pub(super) enum Found {
    /// Nothing new.
    Same,
    /// A newer token set of it.
    Newer(Rc<Record>),
    /// Another session.
    Other(Rc<Record>),
    /// It is no longer there.
    Gone,
}

impl Session {
    pub(super) fn held_id(&self) -> Option<SessionId> {
        self.active.as_ref().map(|active| active.record.id)
    }

    /// Whether there was never a session here. Who had one does not go over to another's for want
    /// of it.
    pub(super) fn never_had_session(&self) -> bool {
        self.token_serial == Generation::default()
    }

    /// Asks, before a newcomer makes a visitor, if somebody has a session by now: true if so.
    pub(super) fn ask_peers_first(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let kind = self.peers_asked_at.is_some_and(|at| now.mono.since(at) <= PEER_RESPONSE_TIME);
        if kind || !self.never_had_session() || !self.config.options.has_peers {
            return false;
        }
        self.ask_peers(out);
        self.enter(Phase::AskingPeers(Wait::of(PEER_RESPONSE_TIME, now)));
        true
    }

    /// Nobody has anything better; unless there was no time to say so.
    pub(super) fn peers_timeout(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let again = if let Phase::AskingPeers(wait) = &mut self.phase {
            wait.should_ask_again(now)
        } else if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
            confirmation.wait().should_ask_again(now)
        } else {
            false
        };
        if again {
            self.ask_peers_and_storage(now, out);
            return false;
        }
        self.finish_asking_peers(now, out) || self.accept_rejection(out)
    }

    fn finish_asking_peers(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        matches!(self.phase, Phase::AskingPeers(_)) && self.finish_restore(now, out)
    }

    // Telling

    pub(super) fn broadcast(&self, message: &Message, out: &mut Vec<Effect>) {
        if self.config.options.has_peers {
            out.push(Effect::Broadcast(message.to_members(&self.config)));
        }
    }

    /// Asks for what is newer than what is here; or, where there is nothing or it is in doubt, for
    /// anything.
    pub(super) fn ask_peers(&self, out: &mut Vec<Effect>) {
        let held = self.active.as_ref().map(|active| &active.record);
        let sound = held.filter(|_| !matches!(self.phase, Phase::ConfirmingRejection(_)));
        let generation = sound.map(|record| record.generation).unwrap_or_default();
        self.broadcast(&Message::Ask(held.map(|record| record.id), generation), out);
    }

    /// Asks, and refreshes nothing before there was time to answer.
    pub(super) fn ask_peers_before_refresh(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.ask_peers(out);
        if self.config.options.has_peers {
            self.pacing.defer_until(now.mono.after(PEER_RESPONSE_TIME));
        }
    }

    fn answer_peer(&self, id: Option<SessionId>, generation: Generation, now: Now, out: &mut Vec<Effect>) {
        let newest = self.active.as_ref().map(|active| &active.record).filter(|record| match id {
            None => true,
            Some(id) if id == record.id => record.generation > generation,
            Some(_) => record.replaces == id,
        });
        if let Some(record) = newest {
            self.broadcast(&Message::Newest(record.clone()), out);
        } else if self.exchange().is_some_and(|exchange| exchange.is_for(id, now)) {
            self.broadcast(&Message::Busy(id), out);
        }
    }

    // Hearing

    pub(super) fn receive(&mut self, members: &Members, now: Now, out: &mut Vec<Effect>) {
        let reads = matches!(self.phase, Phase::New | Phase::Reading(_));
        match Message::from_members(members, &self.config, now) {
            Some(Message::SignedOut(id)) => self.on_sign_out(id, out),
            Some(Message::Ask(Some(id), _)) if self.is_signed_out(id) => {
                self.broadcast(&Message::SignedOut(id), out);
            }
            // All else is asked for when it is known what is held.
            Some(_) if reads => {}
            Some(Message::Ask(id, generation)) => self.answer_peer(id, generation, now, out),
            Some(Message::Newest(record)) => self.on_record(record, false, now, out),
            Some(Message::Begun(record)) => self.on_record(record, true, now, out),
            Some(Message::Busy(id)) => self.extend_for_busy_peer(id, now),
            None => {}
        }
        self.answer_calls(now, out);
    }

    fn on_record(&mut self, record: Rc<Record>, begun: bool, now: Now, out: &mut Vec<Effect>) {
        let guest = self.active.as_ref().filter(|active| active.record.subject == Subject::Guest);
        let replaces_held = guest.is_some_and(|active| record.replaces == Some(active.record.id));
        let asks = matches!(self.phase, Phase::AskingPeers(_))
            || matches!(self.phase, Phase::Locking(_)) && self.never_had_session();
        let joins = self.active.is_none() && (begun || asks);
        let found = self.compare(record);
        let (Found::Newer(record) | Found::Other(record)) = &found else { return };
        let newer = matches!(found, Found::Newer(_));
        // What is being written here, or may take the place of the session, is newer still.
        let signs_in = self.exchange().is_some_and(|exchange| exchange.kind() == GrantKind::SignIn);
        let outdone = matches!(self.phase, Phase::Storing(_)) || signs_in && !newer;
        if outdone || !(replaces_held || joins || newer) {
            return;
        }
        if !self.config.options.storage.is_shared() {
            self.store(Some(record.to_members(&self.config)), out);
        }
        let waited_for = matches!(self.phase, Phase::AskingPeers(_) | Phase::ConfirmingRejection(_));
        self.adopt(found, begun, Reason::SignedOutElsewhere, out);
        if joins && !begun {
            // Who said so may not have heard yet of a newer token set, or of a sign-out.
            self.ask_peers_before_refresh(now, out);
        }
        if waited_for {
            self.finish_restore(now, out);
        }
    }

    /// Where it is not held, it is remembered: somebody who has not heard it yet may offer it.
    fn on_sign_out(&mut self, id: SessionId, out: &mut Vec<Effect>) {
        if self.held_id() != Some(id) {
            if !self.is_signed_out(id) {
                self.remember_ended(id, true);
            }
            return;
        }
        if !self.config.options.storage.is_shared() {
            self.store(None, out);
        }
        self.drop_session(Reason::SignedOutElsewhere, out);
    }

    /// Gives a sibling time that is at what is wanted here.
    fn extend_for_busy_peer(&mut self, of: Option<SessionId>, now: Now) {
        let busy_time = self.random.jitter(BUSY_TIME, 930);
        match &mut self.phase {
            Phase::AskingPeers(wait) if of.is_none() => wait.extend_for_busy_peer(now),
            Phase::ConfirmingRejection(confirmation) if confirmation.of() == of => {
                confirmation.wait().extend_for_busy_peer(now)
            }
            Phase::Locking(locking) if locking.of() == of => locking.wait().extend(busy_time, now),
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers(_)
            | Phase::Ready
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)
            | Phase::ConfirmingRejection(_) => {}
        }
    }

    // Taking up

    /// Holds what was read against what is here.
    pub(super) fn compare_loaded(&self, loaded: Loaded, now: Now) -> Result<Found, Error> {
        let known = self.active.as_ref().is_none_or(|active| !active.stored);
        Ok(match loaded {
            Loaded::Unavailable => Found::Same,
            Loaded::Nothing if known => Found::Same,
            Loaded::Nothing => Found::Gone,
            Loaded::Garbage => return Err(Error::because(Code::UnusableRecord, "it is damaged")),
            Loaded::Record(members) => {
                let record = Record::from_members(&members, &self.config, now)?;
                self.note_refresh_elsewhere(&record);
                self.compare(Rc::new(record))
            }
        })
    }

    /// Somebody else has sent the tokens that are held here for a refresh.
    fn note_refresh_elsewhere(&self, stored: &Record) {
        let held = self.active.as_ref().map(|active| &active.record);
        let same = held.filter(|held| held.id == stored.id && held.generation == stored.generation);
        if let Some(held) = same.filter(|held| held.refresh_started_at.get().is_none()) {
            held.refresh_started_at.set(stored.refresh_started_at.get());
        }
    }

    fn compare(&self, record: Rc<Record>) -> Found {
        if self.ended_sessions.iter().any(|ended| ended.id == record.id) {
            return Found::Same;
        }
        match &self.active {
            Some(active) if active.record.id != record.id => Found::Other(record),
            Some(active) => {
                let held = &active.record;
                let newer = record.is_newer_than(held) && record.subject == held.subject;
                if newer { Found::Newer(record) } else { Found::Same }
            }
            None => Found::Other(record),
        }
    }

    /// Goes over to what was found. `begun`: that session has just begun.
    pub(super) fn adopt(&mut self, found: Found, begun: bool, reason_if_gone: Reason, out: &mut Vec<Effect>) {
        match found {
            Found::Same => {}
            Found::Newer(record) => {
                self.activate(record, true, false);
                self.pacing.forget_failures();
                self.emit(Event::TokenRefresh(Refresh::Adopted), out);
            }
            Found::Other(record) => {
                self.abandon_unless_sign_in(out);
                let before = self.active.take().map(|active| active.record);
                let reason = reason(before.as_deref(), &record, begun);
                if let Some(before) = before {
                    self.remember_ended(before.id, false);
                }
                self.clear_vacancy();
                self.activate(record, true, false);
                self.session_changed(reason, None, out);
            }
            Found::Gone => self.drop_session(reason_if_gone, out),
        }
    }

    /// The session was ended by somebody else who reads and writes the same record, or told so.
    fn drop_session(&mut self, reason: Reason, out: &mut Vec<Effect>) {
        if let Some(active) = self.active.take() {
            self.remember_ended(active.record.id, reason == Reason::SignedOutElsewhere);
        }
        self.abandon_unless_sign_in(out);
        self.clear_vacancy();
        self.session_changed(reason, None, out);
    }

    /// What was asked for in another session is of no use; a user who signs in does so in any.
    fn abandon_unless_sign_in(&mut self, out: &mut Vec<Effect>) {
        let sign_in = self.exchange().is_some_and(|exchange| exchange.kind() == GrantKind::SignIn);
        if !sign_in && self.abandon_exchange(out).is_some() {
            self.store(None, out);
        }
    }

    pub(super) fn remember_ended(&mut self, id: SessionId, signed_out: bool) {
        if self.ended_sessions.len() == REMEMBERED {
            self.ended_sessions.remove(0);
        }
        self.ended_sessions.push(EndedSession { id, signed_out });
    }

    fn is_signed_out(&self, id: SessionId) -> bool {
        self.ended_sessions.iter().any(|ended| ended.signed_out && ended.id == id)
    }
}

fn reason(before: Option<&Record>, record: &Record, begun: bool) -> Reason {
    match (before.map(|before| before.subject), record.subject) {
        (None, _) if !begun => Reason::Restored,
        (_, Subject::User) => Reason::SignedIn,
        (None, Subject::Guest) => Reason::GuestCreated,
        (Some(Subject::Guest), Subject::Guest) => Reason::GuestReplaced,
        (Some(Subject::User), Subject::Guest) => Reason::SignedOutElsewhere,
    }
}
