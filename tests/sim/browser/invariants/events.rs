//! The invariants of events: a session ends for a reason.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::event::{Event, Reason, Refresh, SessionView};
use storefront_token_client::core::members::Members;
use storefront_token_client::core::record::Subject;

use crate::browser::Browser;
use crate::browser::invariants::{GuestUse, TO_LEARN};

impl Browser {
    pub(super) fn check_event(&mut self, at: usize, event: &Event, before: Option<&SessionView>) {
        let mut id = before.map(|view| view.id().to_text());
        if let Event::SessionChange { reason, previous, session, .. } = event {
            let shown = [previous, session].into_iter().flatten().map(|view| view.id().to_text());
            self.pages[at].held.extend(shown);
            // A page may restore a session and sign it out in one moment.
            id = id.or(previous.as_ref().map(|view| view.id().to_text()));
            let ended_before = self.check_previous(at, *reason, previous.as_ref(), session.as_ref());
            if ended_before {
                self.coverage.lost_between_pages += 1;
                return;
            }
        }
        if let Event::SessionChange { session: Some(session), .. } = event {
            self.pages[at].lost = None;
            self.note_replaced_user(before, session);
            self.check_replaced(at, before, session);
        }
        match event {
            Event::TokenRefresh(Refresh::Refreshed) => {
                self.coverage.refreshes += 1;
                self.pages[at].refreshed_at = Some(self.clock.mono);
            }
            Event::TokenRefresh(Refresh::Received) => self.coverage.received += 1,
            Event::TokenRefresh(_) => {}
            Event::SessionChange { reason, .. } => match reason {
                Reason::RefreshRejected => {
                    self.note_lost(at, id);
                    self.check_rejection(at);
                }
                Reason::RecordSetAside => {}
                Reason::GuestJoined => {
                    self.coverage.joined_guests += 1;
                    self.check_given_up(at, id);
                }
                Reason::GuestKept => self.coverage.kept_guests += 1,
                Reason::SignedOut => {
                    self.coverage.sign_outs += 1;
                    if let Some(id) = id {
                        self.invariants.note_sign_out(id, self.clock.mono);
                    }
                }
                Reason::SignedOutElsewhere => self.coverage.signed_out_elsewhere += 1,
                Reason::Restored => self.coverage.restored += 1,
                Reason::SignedIn => self.coverage.sign_ins += 1,
                Reason::Adopted => self.coverage.adoptions += 1,
                Reason::GuestCreated => self.coverage.guests += 1,
                Reason::GuestReplaced => self.coverage.replaced_guests += 1,
                Reason::StorageCleared => self.coverage.cleared += 1,
                Reason::Expired => {
                    self.note_lost(at, id);
                    self.coverage.expired += 1;
                }
            },
        }
    }

    fn note_lost(&mut self, at: usize, id: Option<String>) {
        let record = self.disks[self.pages[at].disk].record();
        let record = record.filter(|record| record.text("id") == id.as_deref());
        let generation = record.and_then(|record| record.number("generation"));
        self.pages[at].lost = id.zip(generation);
    }

    /// A page gives its session up for a guest only if the server would refuse to refresh it, or if somebody has signed in
    /// over it. A guest of whom nobody has got a token may be given up.
    fn check_replaced(&mut self, at: usize, before: Option<&SessionView>, session: &SessionView) {
        let is_other =
            |before: &&SessionView| before.id() != session.id() && session.subject() == Subject::Guest;
        let Some(id) = before.filter(is_other).map(|before| before.id().to_text()) else { return };
        let is_given_up =
            |record: &&Members| record.text("id") == Some(&id) && record.get("unused").is_none();
        let record = self.disks[self.pages[at].disk].record().filter(is_given_up);
        let token = record.and_then(|record| record.text("refresh_token"));
        let honoured = token.is_some_and(|token| self.server.is_honoured(token));
        let is_left = self.invariants.replacements.iter().any(|it| it.old == id && it.lost.is_none());
        self.invariants.check(
            !honoured || is_left,
            "no_session_that_the_server_honours_is_given_up_for_a_guest",
            || format!("{id} by {at}"),
        );
    }

    /// Where pages share a storage, a page may find the session of a user that replaced no other one.
    fn note_replaced_user(&mut self, before: Option<&SessionView>, session: &SessionView) {
        let user = |view: &SessionView| Some(view.user_session()?.to_text());
        let (before, session) = (before.and_then(user), user(session));
        if self.shop.storage == StorageKind::Page && before != session {
            self.invariants.replaced_users.extend(before.zip(session));
        }
    }

    /// Returns whether the event names the session of the tab's previous page. A page that never had a session may once
    /// name that one.
    ///
    /// An application that knows only what the front and the events show never misses a session. If the front has shown
    /// a session before, its event with the reason `restored` is no change.
    fn check_previous(
        &mut self,
        at: usize,
        reason: Reason,
        previous: Option<&SessionView>,
        session: Option<&SessionView>,
    ) -> bool {
        let (previous, session) = (previous.map(SessionView::id), session.map(SessionView::id));
        let shown = std::mem::replace(&mut self.pages[at].shown, session);
        let last = self.pages[at].last_session.take_if(|_| reason != Reason::RecordSetAside);
        let lost = last.filter(|_| shown.is_none() && session.is_none());
        let shown = shown.or(lost).filter(|_| reason != Reason::Restored || shown != session);
        self.invariants.check(previous == shown, "an_event_names_the_session_of_the_event_before", || {
            format!("{previous:?}, while {at} was shown {shown:?}")
        });
        lost.is_some()
    }

    /// A page gives a guest up only if the guest has no cart: no page whose messages it receives has given out a token of
    /// the guest.
    fn check_given_up(&mut self, at: usize, id: Option<String>) {
        let has_used = |used: &&GuestUse| {
            let is_heard = self.has_channel()
                && used.at + TO_LEARN < self.clock.mono
                && used.heard_by.contains(&at)
                && self.pages[at].connected_since < used.at;
            Some(&used.guest) == id.as_ref() && (used.by == at || is_heard)
        };
        let user = self.invariants.guests_used.iter().find(has_used).cloned();
        self.invariants.check(user.is_none(), "no_guest_who_may_have_a_cart_is_given_up", || {
            format!("{id:?} by {at}, used by {user:?}")
        });
    }

    /// A session ends with a rejected refresh token only if the server ended it, or no reachable peer holds
    /// the refresh token that the server would accept.
    fn check_rejection(&mut self, at: usize) {
        let sent = self.pages[at].sent.clone().unwrap_or_default();
        let Some(family) = self.server.family_of_refresh(&sent).map(|at| &self.server.families[at]) else {
            return self.invariants.check(false, "only_what_was_sent_is_rejected", || sent);
        };
        if family.ended {
            self.coverage.ended_by_server += 1;
            return;
        }
        let newest = family.refresh.clone().unwrap_or_default();
        self.invariants.check(newest != sent, "no_accepted_token_is_given_up", || format!("{sent} by {at}"));
        let asked_at = self.clock.mono - 100;
        let asked = self.reachable_peers(at, asked_at).chain(self.blocked_peers(at));
        let held = self.holder(&newest, asked).filter(|_| self.has_channel());
        let on_disk =
            self.disks[self.pages[at].disk].record().and_then(|record| record.text("refresh_token"));
        let stored = on_disk == Some(&newest) && self.disk_written_before(at, asked_at);
        self.invariants.check(held.is_none() && !stored, "no_active_session_is_lost", || {
            format!("{at} gives {sent} up, {newest} is held by {held:?}, stored: {stored}")
        });
        if self.shop.shares {
            self.coverage.responses_lost += 1;
        } else {
            self.coverage.without_peers += 1;
        }
    }

    fn disk_written_before(&self, page: usize, moment: i64) -> bool {
        self.disks[self.pages[page].disk].written_at < moment
    }
}
