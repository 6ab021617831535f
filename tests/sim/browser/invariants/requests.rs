//! The invariants of requests.

use storefront_token_client::core::event::SessionView;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;

use crate::browser::invariants::TO_LEARN;
use crate::browser::page::UnderWay;
use crate::browser::{Browser, Page};
use crate::parse::Form;

/// An exchange without a response is aborted after this time.
const EXCHANGE_LIMIT: i64 = 120_000;

impl Browser {
    pub(super) fn check_request(&mut self, at: usize, input: &Input, form: &Form) {
        let page = &self.pages[at];
        let is_held_back = page.offline && page.waiting.is_empty();
        let can_respond = page.runs() && !is_held_back && !matches!(input, Input::Hidden);
        let locked = page.lock.is_some();
        self.invariants
            .check(can_respond, "nothing_is_sent_when_no_response_can_come", || format!("{input:?}"));
        self.invariants.check(locked, "an_exchange_has_its_lock", || format!("{input:?}"));
        match (form.kind(), form.get("refresh_token")) {
            (GrantKind::Refresh, Some(token)) => self.check_refresh(at, token),
            (GrantKind::Guest, _) => self.check_guest(at),
            _ => {}
        }
    }

    fn check_refresh(&mut self, at: usize, token: &str) {
        let sends = |page: &Page| {
            let same = |it: &UnderWay| it.refresh_token.as_deref() == Some(token);
            page.under_way.as_ref().is_some_and(same)
        };
        self.check_blocked_peers(at, sends);
        self.invariants.lock_hangs |= self.pages.iter().any(|page| self.is_stuck(page));
        if !self.has_channel_and_locks() {
            return;
        }
        let running = |other: &usize| *other != at && self.pages[*other].runs();
        let other = (0..self.pages.len()).filter(running).find(|other| sends(&self.pages[*other]));
        self.invariants.check(other.is_none(), "a_refresh_token_is_sent_by_one_page_at_a_time", || {
            format!("{token} by {at} and {other:?}")
        });
        let family = self.server.family_of_refresh(token).map(|family| &self.server.families[family]);
        let newest = family.and_then(|family| family.refresh.clone());
        if let Some(newest) = newest.filter(|newest| newest != token) {
            let since = self.pages[at].connected_since;
            let known = self.reachable_peers(at, since).chain(self.refreshers(at, since));
            let holder = self.holder(&newest, known.chain(self.blocked_peers(at)));
            self.invariants.check(holder.is_none(), "the_newest_refresh_token_is_sent", || {
                format!("{token} by {at}, while {holder:?} holds {newest}")
            });
        }
    }

    /// Without locks, a page waits for a blocked peer that has sent the refresh token that the page is about to send.
    fn check_blocked_peers(&mut self, at: usize, sends: impl Fn(&Page) -> bool) {
        let has_locks = self.shop.locks && !self.refuses_locks;
        if has_locks || !self.has_channel() {
            return;
        }
        let is_under_way = |page: &Page| sends(page) && !self.is_stuck(page);
        let other = self.blocked_peers(at).find(|other| is_under_way(&self.pages[*other]));
        self.invariants.check(other.is_none(), "without_locks_a_blocked_sender_is_waited_for", || {
            format!("{at} and {other:?}")
        });
    }

    /// Whether a page may hold its lock beyond the limit: because it is throttled, or because it refreshes on demand and
    /// no call waits, so no timer runs.
    fn is_stuck(&self, page: &Page) -> bool {
        page.under_way.as_ref().is_some_and(|it| it.sent_at + EXCHANGE_LIMIT <= self.clock.mono)
    }

    fn check_guest(&mut self, at: usize) {
        let begins = |page: &Page| page.under_way.as_ref().is_some_and(|it| it.begins);
        if !self.pages[at].had_session {
            self.check_blocked_peers(at, begins);
        }
        self.invariants.lock_hangs |= self.pages.iter().any(|page| self.is_stuck(page));
        if !self.has_channel_and_locks() || self.pages[at].had_session {
            return;
        }
        let ended =
            |view: &SessionView| self.invariants.signed_out.iter().any(|(id, _)| *id == view.id().to_text());
        let holds = |other: &usize| self.pages[*other].session.view().is_some_and(|view| !ended(&view));
        let since = self.pages[at].connected_since;
        let holder = self
            .reachable_peers(at, since)
            .filter(|_| since + TO_LEARN < self.clock.mono)
            .chain(self.blocked_peers(at))
            .find(holds);
        self.invariants.check(holder.is_none(), "an_empty_tab_joins_the_session_of_its_peers", || {
            format!("{at} makes a guest beside {holder:?}")
        });
        let running = |other: &usize| *other != at && self.pages[*other].runs();
        let other = (0..self.pages.len()).filter(running).find(|other| begins(&self.pages[*other]));
        self.invariants
            .check(other.is_none(), "one_page_at_a_time_creates_a_session", || format!("{at} and {other:?}"));
    }
}
