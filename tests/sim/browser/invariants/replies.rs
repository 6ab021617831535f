//! The invariants of replies.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::error::Error;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::record::Subject;

use crate::browser::Browser;
use crate::browser::invariants::{GuestUse, TO_LEARN};
use crate::front::{Offer, core_reply};
use crate::server::Rotation;

impl Browser {
    pub(super) fn check_reply(
        &mut self,
        at: usize,
        id: CallId,
        result: &Result<Reply, Error>,
        has_new_token: bool,
    ) {
        let page = &mut self.pages[at];
        let waits = page.waiting.iter().position(|(waiting, ..)| *waiting == id);
        if let Some(waits) = waits {
            page.waiting.remove(waits);
        }
        self.invariants.check(waits.is_some(), "each_call_has_one_reply", || format!("{id:?}"));
        if let Ok(Reply::Token(token, _)) = result {
            self.coverage.tokens += 1;
            let guest = self.pages[at].session.view().filter(|view| view.subject() == Subject::Guest);
            let used = guest.map(|view| GuestUse {
                guest: view.id().to_text(),
                by: at,
                at: self.clock.mono,
                heard_by: self.listening_pages().collect(),
            });
            self.invariants.guests_used.extend(used);
            self.check_token(at, token.expose(), has_new_token);
            self.check_is_newest(at, token.expose());
        }
    }

    /// The pages that take messages in. While a page reads its storage, it hears nothing, and asks afterwards.
    fn listening_pages(&self) -> impl Iterator<Item = usize> {
        (0..self.pages.len()).filter(|at| {
            let page = &self.pages[*at];
            page.runs() && !page.session.is_restoring() && page.reading.is_none()
        })
    }

    /// Without the core, a page does not hear what its peers have refreshed: the API rejects the token, and the
    /// core gets the newest one.
    pub(in crate::browser) fn check_offer(&mut self, at: usize, offer: &Offer) {
        let page = &self.pages[at];
        let runs = page.core_runs();
        let core = core_reply(&page.session, page.now(&self.clock), self.disks[page.disk].read());
        self.invariants.check(core == Some(offer.reply()), "the_front_gives_what_the_core_would", || {
            format!("{offer:?} by {at}, but {core:?}")
        });
        let waits = page.waiting.iter().any(|(_, command, _)| matches!(command, Command::TokenAfter401(_)));
        self.invariants
            .check(!waits, "the_front_gives_no_token_while_a_401_waits", || format!("{offer:?} by {at}"));
        let ended = self.invariants.signed_out.iter().any(|(id, _)| *id == offer.id);
        self.invariants.check(
            runs || !ended || !self.shop.shares || self.invariants.sign_outs_may_be_forgotten,
            "the_front_gives_no_token_of_an_ended_session",
            || format!("{offer:?} by {at}"),
        );
        self.check_token(at, &offer.token, false);
        if runs {
            self.coverage.from_leases += 1;
            self.check_is_newest(at, &offer.token);
        } else {
            self.coverage.from_records += 1;
        }
    }

    fn check_token(&mut self, at: usize, token: &str, has_new_token: bool) {
        let Some(issued) = self.server.issued_at(token) else {
            return self.invariants.check(false, "tokens_are_issued_by_the_server", || token.to_owned());
        };
        let real = self.clock.real;
        let expired = self
            .server
            .lifetime_of(token)
            .is_some_and(|lifetime| real - issued >= lifetime + self.invariants.set_back);
        self.invariants.check(!expired || has_new_token, "no_expired_token_is_given", || {
            format!("{token} of {issued} at {real} by {at}")
        });
    }

    fn check_is_newest(&mut self, at: usize, token: &str) {
        let Some(family) = self.server.family_of_access(token) else { return };
        let newest = self.server.families[family].access.clone();
        let kills = matches!(self.server.rotation, Rotation::Rotates | Rotation::DetectsReuse);
        let learnt =
            self.pages[at].connected_since.max(self.pages[at].changed_at) + TO_LEARN + self.disk_delay(at);
        // A prerendering page cannot ask its peers.
        let can_ask = !self.pages[at].prerendering;
        if can_ask && kills && newest != token && self.has_channel() && learnt < self.clock.mono {
            let has = |other: &usize| {
                self.known(*other).is_some_and(|record| record.text("access_token") == Some(&newest))
            };
            let holder = self.reachable_peers(at, self.pages[at].connected_since).find(has);
            self.invariants.check(holder.is_none(), "no_replaced_token_is_given", || {
                format!("{token} by {at}, while {holder:?} holds {newest}")
            });
        }
    }

    pub(super) fn disk_delay(&self, page: usize) -> i64 {
        self.disks[self.pages[page].disk].delay
    }
}
