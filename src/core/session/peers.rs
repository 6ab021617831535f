//! Peers: the other pages of this origin that share the session.
//!
//! A page adopts what its peers say about the session that it holds, and the session that replaced it. A
//! page that holds none adopts a session that begins at a peer, or one that it has asked for.

use std::rc::Rc;

use super::Session;
use super::ended::EndedSession;
use super::held::{Found, Source};
use super::phase::Phase;
use super::wait::PEER_RESPONSE_TIME;
use crate::core::event::Reason;
use crate::core::io::Effect;
use crate::core::members::Members;
use crate::core::message::Message;
use crate::core::record::{Attempts, Generation, Record, SessionId};
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
        self.broadcast(&Message::Ask(self.held_id(), generation.unwrap_or_default()));
    }

    /// Asks the peers, and refreshes nothing before they had time to respond.
    pub(super) fn ask_peers_before_refresh(&mut self, now: Now) {
        self.ask_peers();
        if self.config.options.has_peers {
            self.pacing.defer_until(now.mono.after(PEER_RESPONSE_TIME));
        }
    }

    /// No peer has a session, unless there was no time to say so.
    pub(super) fn peers_timeout(&mut self, now: Now) {
        let Phase::AskingPeers(wait) = &mut self.phase else { return };
        if wait.should_ask_again(now) {
            self.ask_peers();
        } else {
            self.finish_restore(now);
        }
    }

    /// Takes a message in.
    pub(super) fn receive(&mut self, members: &Members, now: Now) {
        let is_reading = matches!(self.phase, Phase::New | Phase::Reading(_));
        let message = Message::from_members(members, &self.config, now);
        self.knows_peers |= message.is_some();
        match message {
            Some(Message::SignedOut(id)) => self.on_sign_out(id),
            Some(Message::Ask(Some(id), _)) if self.ended.is_signed_out(id) => {
                self.broadcast(&Message::SignedOut(id));
            }
            // After the storage was read, this page asks for everything else.
            Some(_) if is_reading => {}
            Some(Message::Ask(id, generation)) => self.respond_to_peer(id, generation, now),
            Some(Message::Newest(record)) => self.on_record(record, Source::Peer, now),
            Some(Message::Begun(record)) => self.on_record(record, Source::PeerBegan, now),
            Some(Message::Busy(id)) => self.on_busy(id, now),
            Some(Message::Claim(id, number)) => self.on_claim(id, number, now),
            None => {}
        }
    }

    fn respond_to_peer(&mut self, id: Option<SessionId>, generation: Generation, now: Now) {
        let newest = self.record().filter(|record| match id {
            None => true,
            Some(id) if id == record.id => record.generation > generation,
            Some(_) => record.replaces == id,
        });
        if let Some(record) = newest.cloned() {
            self.broadcast(&Message::Newest(record));
        }
        // Also after a reply with tokens: the peer may have the same tokens, and ask because the server has
        // rejected them.
        if self.is_busy_for(id, now) {
            self.broadcast(&Message::Busy(id));
        }
    }

    /// A peer has this record.
    fn on_record(&mut self, record: Rc<Record>, source: Source, now: Now) {
        // A sign-in replaces a guest or another user: an origin has one person at a time.
        let replaces_held = record.replaces.is_some() && record.replaces == self.held_id();
        let joins = self.active().is_none() && (source == Source::PeerBegan || self.asks_for_any_session());
        let found = self.compare(record);
        let (Found::Newer(record) | Found::Other(record)) = &found else { return };
        let is_newer = matches!(found, Found::Newer(_));
        // Tokens that are being stored here are newer. So is the session that a sign-in is about to begin.
        let outdated = matches!(self.phase, Phase::Storing(_)) || self.phase.is_signing_in() && !is_newer;
        if outdated || !(replaces_held || joins || is_newer) {
            return;
        }
        if !self.config.options.storage.is_shared() {
            self.store_record(record, Attempts::default(), now);
        }
        let waited = matches!(self.phase, Phase::AskingPeers(_) | Phase::ConfirmingRejection(_));
        self.adopt(found, source, now);
        if joins && source == Source::Peer {
            // That peer may have missed a newer token set, or a sign-out.
            self.ask_peers_before_refresh(now);
        }
        if waited {
            self.finish_restore(now);
        }
    }

    fn asks_for_any_session(&self) -> bool {
        matches!(self.phase, Phase::AskingPeers(_))
            || matches!(self.phase, Phase::Claiming(_) | Phase::Locking(_)) && self.never_had_session()
    }

    /// A peer has signed this session out. If it is not held here, it is remembered: a peer that does not
    /// know it yet may offer it.
    fn on_sign_out(&mut self, id: SessionId) {
        if self.held_id() != Some(id) {
            if !self.ended.is_signed_out(id) {
                self.ended.remember(EndedSession { id, signed_out: true });
            }
            return;
        }
        if !self.config.options.storage.is_shared() {
            self.store(None);
        }
        self.drop_session(Reason::SignedOutElsewhere);
    }

    /// A peer has an exchange under way for what this page waits for.
    fn on_busy(&mut self, of: Option<SessionId>, now: Now) {
        match &mut self.phase {
            Phase::AskingPeers(wait) if of.is_none() => wait.extend_for_busy_peer(now),
            Phase::ConfirmingRejection(confirmation) if confirmation.of == of => {
                confirmation.wait.extend_for_busy_peer(now);
            }
            Phase::Claiming(claim) if claim.of == of => claim.wait.extend_for_busy_peer(now),
            Phase::Locking(locking) if locking.of == of => self.extend_lock_wait(now),
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers(_)
            | Phase::Ready
            | Phase::Claiming(_)
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)
            | Phase::ConfirmingRejection(_) => {}
        }
    }
}
