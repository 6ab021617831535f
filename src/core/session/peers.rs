//! Peers: the other pages of this origin that share the session.
//!
//! A page uses what its peers say about the session that it holds, and changes to a session that replaced it. A
//! page without a session takes one that begins at a peer, or one that it has asked for.

use std::rc::Rc;

use super::Session;
use super::ended::EndedSession;
use super::found::{Found, Source};
use super::phase::Phase;
use crate::core::event::Reason;
use crate::core::grant::GrantKind;
use crate::core::io::Effect;
use crate::core::members::Members;
use crate::core::message::{Message, MessageNumber};
use crate::core::record::{Attempts, Generation, Record, SessionId};
use crate::core::session_ids::SessionIds;
use crate::core::time::Now;

impl Session {
    pub(super) fn broadcast(&mut self, message: &Message) {
        if self.config.options.has_peers && !self.page.prerendering {
            self.effect(Effect::Broadcast(message.to_members(&self.config)));
        }
    }

    /// Asks for a newer token set than this page has. Without a session, or if its refresh token was
    /// rejected: asks for any token set.
    pub(super) fn ask_peers(&mut self) {
        let rejected = matches!(self.phase, Phase::ConfirmingRejection(_));
        let generation = self.record().filter(|_| !rejected).map(|record| record.generation);
        let roll_call = self.roll_call_number();
        let generation = generation.unwrap_or_default();
        self.broadcast(&Message::Ask { session: self.held_id(), generation, roll_call });
    }

    /// Takes a message in.
    pub(super) fn receive(&mut self, members: &Members, now: Now) {
        let is_reading = matches!(self.phase, Phase::New | Phase::Reading(_));
        let message = Message::from_members(members, &self.config, now);
        self.has_received_messages |= message.is_some();
        if message.is_some() {
            self.note_sender(members.text("from"));
        }
        if let Some(Message::Ask { session: Some(id), .. }) = &message
            && let Some(sign_out) = self.ended.sign_out_for(*id)
        {
            self.broadcast(&sign_out);
        }
        match message {
            Some(Message::SignedOut { session, replaces }) => self.on_sign_out(session, replaces),
            Some(Message::Here { roll_call }) => self.on_here(roll_call, members.text("from"), now),
            // Not the record yet: this page broadcasts it when it has read the storage.
            Some(Message::Ask { roll_call, .. }) if is_reading => self.reply_to_roll_call(roll_call),
            // When this page has read the storage, it calls the roll, and its peers say all this again.
            Some(_) if is_reading => {}
            Some(Message::Ask { session, generation, roll_call }) => {
                self.respond_to_peer(session, generation, roll_call, now);
            }
            Some(Message::Newest(record)) => self.on_record(record, Source::Peer, now),
            Some(Message::Begun(record)) => self.on_record(record, Source::PeerBegan, now),
            Some(Message::Busy(id)) => self.on_busy(id, now),
            Some(Message::Claim { session, number }) => self.on_claim(session, number, now),
            None => {}
        }
    }

    fn respond_to_peer(
        &mut self,
        session: Option<SessionId>,
        generation: Generation,
        roll_call: Option<MessageNumber>,
        now: Now,
    ) {
        let newest = self.record().filter(|record| match session {
            None => true,
            Some(id) if id == record.id => record.generation > generation,
            Some(id) => record.replaces.has(id) || record.kept_beside.has(id),
        });
        if let Some(record) = newest.cloned() {
            self.broadcast(&Message::Newest(record));
        }
        // Also after a reply with tokens: the peer may have the same tokens, and ask because the server has
        // rejected them.
        if self.is_busy_for(session, now) {
            self.broadcast(&Message::Busy(session));
        } else {
            self.reply_to_roll_call(roll_call);
        }
    }

    /// A peer has this record.
    fn on_record(&mut self, record: Rc<Record>, source: Source, now: Now) {
        let replaces_held =
            self.record().is_some_and(|held| record.supersedes(held, self.newest_generation()));
        let replaces_lost = self
            .vacancy()
            .and_then(|vacancy| vacancy.lost.as_ref())
            .is_some_and(|lost| record.replaces.has(lost.id));
        let joins = replaces_lost
            || self.active().is_none() && (source == Source::PeerBegan || self.asks_for_any_session());
        let gives_up = self.gives_guest_up_for(&record);
        if self.note_guest_used_elsewhere(&record) {
            self.store_amended(now);
        }
        self.tell_that_guest_is_used(&record);
        let found = self.compare(record);
        let (Found::Newer(record) | Found::Other(record)) = &found else { return };
        let is_newer = matches!(found, Found::Newer(_));
        // Tokens that are being stored here are newer. So is the session that a sign-in is about to begin.
        let outdated = matches!(self.phase, Phase::Storing(_)) || self.phase.is_signing_in() && !is_newer;
        if outdated {
            return;
        }
        if !(replaces_held || joins || gives_up || is_newer) {
            return self.keep_guest_beside(&Rc::clone(record), now);
        }
        if !self.config.options.storage.is_shared() {
            self.store_record(record, Attempts::default(), now);
        }
        let waited = matches!(self.phase, Phase::AskingPeers | Phase::ConfirmingRejection(_));
        self.use_found(found, source, now);
        if (joins || gives_up) && source == Source::Peer {
            // That peer may have missed a newer token set, or a sign-out.
            self.call_roll(now);
        }
        if waited {
            self.finish_restore(now);
        }
    }

    /// The number of the newest token set that this page may have of its session, counting a refresh that is under way. If
    /// the refresh token was rejected, the number is 0. As 0 is not above any number in a list, every list that names this
    /// page's session covers it: the page changes to any session that replaced its own.
    fn newest_generation(&self) -> Generation {
        let held = self.record().map(|held| held.generation).unwrap_or_default();
        let is_rejected = matches!(self.phase, Phase::ConfirmingRejection(_));
        let is_refreshing =
            matches!(&self.phase, Phase::Exchanging(exchange) if exchange.purpose.kind == GrantKind::Refresh);
        if is_rejected {
            Generation::default()
        } else if is_refreshing {
            held.next()
        } else {
            held
        }
    }

    fn asks_for_any_session(&self) -> bool {
        // Nobody has got the token of a guest that is only being created: it has no cart yet.
        let creates_guest = self.phase.purpose().is_some_and(|purpose| purpose.kind == GrantKind::Guest);
        let prepares = matches!(self.phase, Phase::Claiming(_) | Phase::Locking(_));
        matches!(self.phase, Phase::AskingPeers) || (prepares || creates_guest) && self.never_had_session()
    }

    /// A peer has signed this session out. `replaces` lists earlier sessions. The sign-out is remembered even if the session
    /// is not held here: a peer that does not know of the sign-out yet may offer the session.
    fn on_sign_out(&mut self, id: SessionId, replaces: SessionIds) {
        self.ended.remember(EndedSession { id, signed_out: Some(replaces) });
        let is_held = self.held_id() == Some(id);
        // An adoption of the same session is being written.
        if !is_held && matches!(&self.phase, Phase::Storing(storing) if storing.record.id == id) {
            self.abandon_exchange();
            self.forget_record(id);
        }
        if let Some(held) = self.record().filter(|held| self.is_signed_out(held)).map(|held| held.id) {
            if !self.config.options.storage.is_shared() {
                self.forget_record(held);
            }
            self.drop_session(Reason::SignedOutElsewhere);
        }
    }

    /// Whether a sign-out has ended this record's session.
    pub(super) fn is_signed_out(&self, record: &Record) -> bool {
        self.ended.is_signed_out(record.id, record.subject, record.generation)
    }

    /// A peer has an exchange under way, for this session or for a new one. A page that waits for the same gives the peer
    /// more time.
    fn on_busy(&mut self, session: Option<SessionId>, now: Now) {
        if session == self.held_id() {
            self.extend_roll_call(now);
        }
        match &mut self.phase {
            Phase::Claiming(claim) if claim.session == session => claim.wait.extend_for_busy_peer(now),
            Phase::Locking(locking) if locking.session == session => self.give_way(now),
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers
            | Phase::Ready
            | Phase::Claiming(_)
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)
            | Phase::ConfirmingRejection(_) => {}
        }
    }
}
