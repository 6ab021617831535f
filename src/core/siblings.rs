//! Siblings: the other pages that hold the same session, or read the same record.
//!
//! What they say is believed of the session that is held here, and of one that took its place. A
//! page that holds none joins the one that begins elsewhere, or that it has asked for.

use std::rc::Rc;

use super::answer::Asked;
use super::error::{Code, Error};
use super::event::{Event, Reason, Refresh};
use super::members::Members;
use super::message::Message;
use super::record::{Generation, Record, SessionId, Subject};
use super::session::{Effect, Loaded, Phase, Session};
use super::time::{Millis, Now};
use super::wait::{ANSWER_TIME, Wait};

/// How long a sibling that says that it is at it is given: longer than any exchange.
pub(super) const BUSY_TIME: Millis = Millis::from_secs(140);

/// How many sessions that are over are remembered.
const REMEMBERED: usize = 16;

/// A session that is over, whoever may still say that it lives.
#[derive(Clone, Debug)]
pub(super) struct Over {
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
        self.live.as_ref().map(|live| live.record.id)
    }

    /// Whether there was never a session here. Who had one does not go over to another's for want
    /// of it.
    pub(super) fn is_newcomer(&self) -> bool {
        self.serial == Generation::default()
    }

    /// Asks, before a newcomer makes a visitor, if somebody has a session by now: true if so.
    pub(super) fn join(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let asked = self.joined.is_some_and(|at| now.mono.since(at) <= ANSWER_TIME);
        if asked || !self.is_newcomer() || !self.config.options.shares {
            return false;
        }
        self.ask_siblings(out);
        self.go(Phase::Joining(Wait::of(ANSWER_TIME, now)));
        true
    }

    /// Nobody has anything better; unless there was no time to say so.
    pub(super) fn answer_limit(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let again = if let Phase::Joining(wait) = &mut self.phase {
            wait.asks_again(now)
        } else if let Phase::Doubting(doubt) = &mut self.phase {
            doubt.wait().asks_again(now)
        } else {
            false
        };
        if again {
            self.ask_others(now, out);
            return false;
        }
        self.settle_joining(now, out) || self.believe(out)
    }

    fn settle_joining(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        matches!(self.phase, Phase::Joining(_)) && self.settle(now, out)
    }

    // Telling

    pub(super) fn tell(&self, message: &Message, out: &mut Vec<Effect>) {
        if self.config.options.shares {
            out.push(Effect::Tell(message.to_members(&self.config)));
        }
    }

    /// Asks for what is newer than what is here; or, where there is nothing or it is in doubt, for
    /// anything.
    pub(super) fn ask_siblings(&self, out: &mut Vec<Effect>) {
        let held = self.live.as_ref().map(|live| &live.record);
        let sound = held.filter(|_| !matches!(self.phase, Phase::Doubting(_)));
        let generation = sound.map(|record| record.generation).unwrap_or_default();
        self.tell(&Message::Ask(held.map(|record| record.id), generation), out);
    }

    /// Asks, and refreshes nothing before there was time to answer.
    pub(super) fn ask_first(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.ask_siblings(out);
        if self.config.options.shares {
            self.pace.hold(now.mono.after(ANSWER_TIME));
        }
    }

    fn answer_sibling(&self, id: Option<SessionId>, generation: Generation, now: Now, out: &mut Vec<Effect>) {
        let newest = self.live.as_ref().map(|live| &live.record).filter(|record| match id {
            None => true,
            Some(id) if id == record.id => record.generation > generation,
            Some(_) => record.replaces == id,
        });
        if let Some(record) = newest {
            self.tell(&Message::Newest(record.clone()), out);
        } else if self.exchange().is_some_and(|exchange| exchange.is_for(id, now)) {
            self.tell(&Message::Busy(id), out);
        }
    }

    // Hearing

    pub(super) fn heard(&mut self, members: &Members, now: Now, out: &mut Vec<Effect>) {
        let reads = matches!(self.phase, Phase::New | Phase::Reading(_));
        match Message::from_members(members, &self.config, now) {
            Some(Message::SignedOut(id)) => self.told_over(id, out),
            Some(Message::Ask(Some(id), _)) if self.is_signed_out(id) => {
                self.tell(&Message::SignedOut(id), out);
            }
            // All else is asked for when it is known what is held.
            Some(_) if reads => {}
            Some(Message::Ask(id, generation)) => self.answer_sibling(id, generation, now, out),
            Some(Message::Newest(record)) => self.told(record, false, now, out),
            Some(Message::Begun(record)) => self.told(record, true, now, out),
            Some(Message::Busy(id)) => self.be_patient(id, now),
            None => {}
        }
        self.answer_calls(now, out);
    }

    fn told(&mut self, record: Rc<Record>, begun: bool, now: Now, out: &mut Vec<Effect>) {
        let visitor = self.live.as_ref().filter(|live| live.record.subject == Subject::Guest);
        let replaces_held = visitor.is_some_and(|live| record.replaces == Some(live.record.id));
        let asks = matches!(self.phase, Phase::Joining(_))
            || matches!(self.phase, Phase::Locking(_)) && self.is_newcomer();
        let joins = self.live.is_none() && (begun || asks);
        let found = self.compare(record);
        let (Found::Newer(record) | Found::Other(record)) = &found else { return };
        let newer = matches!(found, Found::Newer(_));
        // What is being written here, or may take the place of the session, is newer still.
        let signs_in = self.exchange().is_some_and(|exchange| exchange.asked() == Asked::SignIn);
        let outdone = matches!(self.phase, Phase::Storing(_)) || signs_in && !newer;
        if outdone || !(replaces_held || joins || newer) {
            return;
        }
        if !self.config.options.storage_is_shared {
            self.store(Some(record.to_members(&self.config)), out);
        }
        let waited_for = matches!(self.phase, Phase::Joining(_) | Phase::Doubting(_));
        self.take_up(found, begun, Reason::SignedOutElsewhere, out);
        if joins && !begun {
            // Who said so may not have heard yet of a newer token set, or of a sign-out.
            self.ask_first(now, out);
        }
        if waited_for {
            self.settle(now, out);
        }
    }

    /// Where it is not held, it is remembered: somebody who has not heard it yet may offer it.
    fn told_over(&mut self, id: SessionId, out: &mut Vec<Effect>) {
        if self.held_id() != Some(id) {
            if !self.is_signed_out(id) {
                self.remember_over(id, true);
            }
            return;
        }
        if !self.config.options.storage_is_shared {
            self.store(None, out);
        }
        self.lose(Reason::SignedOutElsewhere, out);
    }

    /// Gives a sibling time that is at what is wanted here.
    fn be_patient(&mut self, of: Option<SessionId>, now: Now) {
        let busy_time = self.random.jitter(BUSY_TIME, 930);
        match &mut self.phase {
            Phase::Joining(wait) if of.is_none() => wait.be_patient(now),
            Phase::Doubting(doubt) if doubt.of() == of => doubt.wait().be_patient(now),
            Phase::Locking(locking) if locking.of() == of => locking.wait().go_on(busy_time, now),
            Phase::New
            | Phase::Reading(_)
            | Phase::Joining(_)
            | Phase::Ready
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)
            | Phase::Doubting(_) => {}
        }
    }

    // Taking up

    /// Holds what was read against what is here.
    pub(super) fn compare_loaded(&self, loaded: Loaded, now: Now) -> Result<Found, Error> {
        let known = self.live.as_ref().is_none_or(|live| !live.stored);
        Ok(match loaded {
            Loaded::Unavailable => Found::Same,
            Loaded::Nothing if known => Found::Same,
            Loaded::Nothing => Found::Gone,
            Loaded::Garbage => return Err(Error::because(Code::UnusableRecord, "it is damaged")),
            Loaded::Record(members) => {
                let record = Record::from_members(&members, &self.config, now)?;
                self.heed_mark(&record);
                self.compare(Rc::new(record))
            }
        })
    }

    /// Somebody else has sent the tokens that are held here for a refresh.
    fn heed_mark(&self, stored: &Record) {
        let held = self.live.as_ref().map(|live| &live.record);
        let same = held.filter(|held| held.id == stored.id && held.generation == stored.generation);
        if let Some(held) = same.filter(|held| held.refresh_sent.get().is_none()) {
            held.refresh_sent.set(stored.refresh_sent.get());
        }
    }

    fn compare(&self, record: Rc<Record>) -> Found {
        if self.over.iter().any(|over| over.id == record.id) {
            return Found::Same;
        }
        match &self.live {
            Some(live) if live.record.id != record.id => Found::Other(record),
            Some(live) => {
                let held = &live.record;
                let newer = record.is_newer_than(held) && record.subject == held.subject;
                if newer { Found::Newer(record) } else { Found::Same }
            }
            None => Found::Other(record),
        }
    }

    /// Goes over to what was found. `begun`: that session has just begun.
    pub(super) fn take_up(&mut self, found: Found, begun: bool, gone: Reason, out: &mut Vec<Effect>) {
        match found {
            Found::Same => {}
            Found::Newer(record) => {
                self.enliven(record, true, false);
                self.pace.forget_failures();
                self.emit(Event::TokenRefresh(Refresh::Adopted), out);
            }
            Found::Other(record) => {
                self.cut_unless_sign_in(out);
                let before = self.live.take().map(|live| live.record);
                let reason = reason(before.as_deref(), &record, begun);
                if let Some(before) = before {
                    self.remember_over(before.id, false);
                }
                self.start_afresh();
                self.enliven(record, true, false);
                self.session_changed(reason, None, out);
            }
            Found::Gone => self.lose(gone, out),
        }
    }

    /// The session was ended by somebody else who reads and writes the same record, or told so.
    fn lose(&mut self, reason: Reason, out: &mut Vec<Effect>) {
        if let Some(live) = self.live.take() {
            self.remember_over(live.record.id, reason == Reason::SignedOutElsewhere);
        }
        self.cut_unless_sign_in(out);
        self.start_afresh();
        self.session_changed(reason, None, out);
    }

    /// What was asked for in another session is of no use; a user who signs in does so in any.
    fn cut_unless_sign_in(&mut self, out: &mut Vec<Effect>) {
        let sign_in = self.exchange().is_some_and(|exchange| exchange.asked() == Asked::SignIn);
        if !sign_in && self.cut(out).is_some() {
            self.store(None, out);
        }
    }

    pub(super) fn remember_over(&mut self, id: SessionId, signed_out: bool) {
        if self.over.len() == REMEMBERED {
            self.over.remove(0);
        }
        self.over.push(Over { id, signed_out });
    }

    fn is_signed_out(&self, id: SessionId) -> bool {
        self.over.iter().any(|over| over.signed_out && over.id == id)
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
