//! Two guests: two pages began sessions of their own, since one page was suspended, or was blocked for long, when the
//! other page asked for a session.
//!
//! A page with a guest that learns of another page's session gives its guest up if nobody has got a token of it: then
//! nobody has put anything into its cart. Of two such guests, the one with the lower id stays. A guest that may have a
//! cart is kept, also beside a user's session, and the application gets one event for it. Once a user has signed in on
//! both pages, the server has both carts, and both pages have the session of the second sign-in.

use std::rc::Rc;

use super::Session;
use super::phase::Phase;
use crate::core::call::Reply;
use crate::core::event::Reason;
use crate::core::io::Effect;
use crate::core::message::Message;
use crate::core::record::{Record, Subject};
use crate::core::time::Now;

impl Session {
    /// Whether a guest without a cart can be given up: the pages have storages of their own, and know of each other.
    pub(super) fn may_give_guests_up(&self) -> bool {
        self.config.options.has_peers && !self.config.options.storage.is_shared()
    }

    /// Whether this page gives its guest up for a session of another page. Before the roll call has ended, a peer may
    /// still say that the guest may have a cart.
    pub(super) fn gives_guest_up_for(&self, other: &Record) -> bool {
        let gives_up = |held: &Rc<Record>| held.unused && (!other.unused || other.id < held.id);
        self.roll_call.is_none() && self.record().is_some_and(gives_up)
    }

    /// Keeps this page's guest, if it has one, beside a session of another page.
    pub(super) fn keep_guest_beside(&mut self, other: &Record, now: Now) {
        let Some(held) = self.record() else { return };
        let is_known = held.kept_beside.has(other.id) || held.replaces.has(other.id);
        let decides_later = held.unused && self.roll_call.is_some();
        if held.subject == Subject::User || is_known || decides_later {
            return;
        }
        if !held.unused && !other.unused {
            let kept_beside = held.kept_beside.with(other.id, None);
            self.amend(Record { kept_beside, ..Record::clone(held) });
            self.store_amended(now);
            self.session_changed(Reason::GuestKept, None);
        }
        if other.subject == Subject::Guest {
            // That page may give its guest up, or has to tell its application too.
            self.broadcast_record();
        }
    }

    /// A caller may have got a token of the guest: from now on the guest may have a cart.
    pub(super) fn note_guest_used(&mut self, now: Now) {
        let Some(held) = self.record().filter(|held| held.unused) else { return };
        let gives_token = |effect: &Effect| matches!(effect, Effect::Reply(_, Ok(Reply::Token(..))));
        if self.effects.iter().any(gives_token) {
            self.amend(Record { unused: false, ..Record::clone(held) });
            self.store_amended(now);
            self.broadcast_record();
        }
    }

    /// Another page may have given out a token of the same guest. True if this page did not know.
    pub(super) fn note_guest_used_elsewhere(&mut self, record: &Record) -> bool {
        let is_news = |held: &&Rc<Record>| held.unused && held.id == record.id && !record.unused;
        let Some(held) = self.record().filter(is_news) else { return false };
        self.amend(Record { unused: false, ..Record::clone(held) });
        true
    }

    /// A page has sent this record. Tells that page that the guest may have a cart, if only this page knows so.
    pub(super) fn tell_that_guest_is_used(&mut self, record: &Record) {
        let tells = |held: &Rc<Record>| !held.unused && held.id == record.id && record.unused;
        if self.record().is_some_and(tells) {
            self.broadcast_record();
        }
    }

    /// The roll call has ended. If this page's guest has no cart, the page broadcasts it again. A page with another session
    /// replies with that session, and now this page may give its guest up for it.
    pub(super) fn offer_to_give_guest_up(&mut self) {
        if self.may_give_guests_up() && self.record().is_some_and(|held| held.unused) {
            self.broadcast_record();
        }
    }

    /// Changes members of the record other than its tokens.
    fn amend(&mut self, record: Record) {
        if let Some(active) = self.active_mut() {
            active.record = Rc::new(record);
        }
    }

    /// Stores the changed record, unless another one replaces it in a moment anyway.
    pub(super) fn store_amended(&mut self, now: Now) {
        if self.may_give_guests_up() && !matches!(self.phase, Phase::Storing(_)) {
            self.store_held_record(now);
        }
    }

    fn broadcast_record(&mut self) {
        if let Some(record) = self.record().cloned() {
            self.broadcast(&Message::Newest(record));
        }
    }
}
