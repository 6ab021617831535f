//! The invariants of several tabs: each is a named check against what the whole browser and the server
//! know. Time is the monotonic clock's: while the machine sleeps, no page can send or receive.

use storefront_token_client::core::call::Reply;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::{Event, Reason, Refresh, SessionView};
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input};

use crate::browser::page::UnderWay;
use crate::browser::{Browser, Page};
use crate::coverage::counts;
use crate::invariants::Broken;
use crate::parse::Form;
use crate::scenario::TOKEN_ENDPOINT;
use crate::server::Rotation;

counts! {
    BrowserCoverage, "worlds", rarest one in 20_000:
    calls, tokens, exchanges, refreshes, adopted, messages, guests, replaced_guests, sign_ins, sign_outs,
    signed_out_elsewhere, restored, ended_by_server, responses_lost, held_unreachable, without_peers, expired,
    cleared, lost_with_the_page, reloads, closes, freezes, navigations, shown_again, duplicates, opened,
    sleeps, hostile, prerendered, activated, discarded, crashes,
}

#[derive(Debug, Default)]
pub struct Invariants {
    pub broken: Option<Broken>,
    /// Whether a lock may never be granted: a page that holds or requests it does not run.
    pub lock_hangs: bool,
    /// Whether a message was lost on its way to a page that could have received it.
    pub lost_messages: bool,
    /// The sum of all steps by which the wall clock was set back.
    pub set_back: i64,
    /// The sessions that were signed out, and when.
    signed_out: Vec<(String, i64)>,
}

/// An exchange without a response is aborted after this time.
const EXCHANGE_LIMIT: i64 = 120_000;

/// How long a page that starts, or runs again, may take to learn what its peers know.
const TO_LEARN: i64 = 250;

impl Invariants {
    /// Only the first broken invariant is kept.
    pub fn check(&mut self, holds: bool, invariant: &'static str, detail: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken { invariant, detail: detail() });
        }
    }
}

impl Browser {
    /// Whether every message arrives.
    fn has_channel(&self) -> bool {
        self.shop.shares && !self.invariants.lost_messages
    }

    /// Whether every message arrives, and every lock is granted in the end. Without locks, the pages keep
    /// each other out by messages.
    fn has_channel_and_locks(&self) -> bool {
        self.has_channel() && self.locks.is_some() == self.shop.locks && !self.invariants.lock_hangs
    }

    /// The peers that have received every message since that moment, and have had time to broadcast theirs.
    fn reachable_peers(&self, of: usize, since: i64) -> impl Iterator<Item = usize> {
        let sent_before = self.clock.mono - self.channel.delay;
        (0..self.pages.len()).filter(move |at| {
            let page = &self.pages[*at];
            *at != of
                && page.runs()
                && !page.prerendering
                && page.connected_since <= since
                && page.changed_at < sent_before
        })
    }

    /// The peers that have refreshed since that moment. Under a lock a page knows their tokens, however long
    /// a message takes.
    fn refreshers(&self, of: usize, since: i64) -> impl Iterator<Item = usize> {
        (0..self.pages.len()).filter(move |at| {
            let page = &self.pages[*at];
            *at != of && page.runs() && page.refreshed_at.is_some_and(|at| at >= since)
        })
    }

    /// Which of these pages holds this refresh token.
    fn holder(&self, refresh_token: &str, pages: impl Iterator<Item = usize>) -> Option<usize> {
        pages.into_iter().find(|page| {
            let known = self.known(*page);
            known.as_ref().and_then(|record| record.text("refresh_token")) == Some(refresh_token)
        })
    }

    pub(in crate::browser) fn check_all(
        &mut self,
        at: usize,
        input: &Input,
        before: Option<SessionView>,
        effects: &[Effect],
    ) {
        let has_new_token = self.note_change(at, effects);
        for effect in effects {
            let reads = matches!(effect, Effect::Load(_) | Effect::Reply(..) | Effect::Emit(_));
            self.invariants.check(
                reads || !self.pages[at].prerendering,
                "a_prerendering_page_only_reads",
                || format!("{input:?} led to {effect:?}"),
            );
            match effect {
                Effect::Send(_, request) if request.url == TOKEN_ENDPOINT => {
                    let form = Form::of(request);
                    self.check_request(at, input, &form);
                }
                Effect::Lock(..) => {
                    let runs = self.pages[at].runs();
                    self.invariants
                        .check(runs, "only_a_page_that_runs_requests_a_lock", || format!("by {at}"));
                }
                Effect::Broadcast(_) => {
                    let shares = self.shop.shares;
                    self.invariants.check(shares, "a_page_without_peers_broadcasts_nothing", String::new);
                }
                Effect::Reply(id, result) => self.check_reply(at, *id, result, has_new_token),
                Effect::Emit(event) => self.check_event(at, event, before.as_ref()),
                _ => {}
            }
        }
    }

    /// Whether the page has just got new tokens.
    fn note_change(&mut self, at: usize, effects: &[Effect]) -> bool {
        let page = &mut self.pages[at];
        let changed = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Emit(
                    Event::SessionChange { .. } | Event::TokenRefresh(Refresh::Refreshed | Refresh::Adopted)
                )
            )
        });
        if changed {
            page.changed_at = self.clock.mono;
        }
        page.had_session |= changed;
        changed
    }

    // Requests

    fn check_request(&mut self, at: usize, input: &Input, form: &Form) {
        let page = &self.pages[at];
        let can_respond = page.runs() && !page.offline && !matches!(input, Input::Hidden);
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
        self.invariants.lock_hangs |= self.pages.iter().any(|page| self.is_stuck(page));
        if !self.has_channel_and_locks() {
            return;
        }
        let sends = |page: &Page| {
            let same = |it: &UnderWay| it.refresh_token.as_deref() == Some(token);
            page.runs() && page.under_way.as_ref().is_some_and(same)
        };
        let other = (0..self.pages.len()).find(|other| *other != at && sends(&self.pages[*other]));
        self.invariants.check(other.is_none(), "a_refresh_token_is_sent_by_one_page_at_a_time", || {
            format!("{token} by {at} and {other:?}")
        });
        let family = self.server.family_of_refresh(token).map(|family| &self.server.families[family]);
        let newest = family.and_then(|family| family.refresh.clone());
        if let Some(newest) = newest.filter(|newest| newest != token) {
            let since = self.pages[at].connected_since;
            let holder =
                self.holder(&newest, self.reachable_peers(at, since).chain(self.refreshers(at, since)));
            self.invariants.check(holder.is_none(), "the_newest_refresh_token_is_sent", || {
                format!("{token} by {at}, while {holder:?} holds {newest}")
            });
        }
    }

    /// Whether a page holds its lock for too long: it is throttled, or no call waits for the exchange, so
    /// that on demand there is no timer.
    fn is_stuck(&self, page: &Page) -> bool {
        page.under_way.as_ref().is_some_and(|it| it.sent_at + EXCHANGE_LIMIT <= self.clock.mono)
    }

    fn check_guest(&mut self, at: usize) {
        self.invariants.lock_hangs |= self.pages.iter().any(|page| self.is_stuck(page));
        if !self.has_channel_and_locks() || self.pages[at].had_session {
            return;
        }
        let ended =
            |view: &SessionView| self.invariants.signed_out.iter().any(|(id, _)| *id == view.id().to_text());
        let holds = |other: &usize| self.pages[*other].session.view().is_some_and(|view| !ended(&view));
        let since = self.pages[at].connected_since;
        let holder =
            self.reachable_peers(at, since).find(holds).filter(|_| since + TO_LEARN < self.clock.mono);
        self.invariants.check(holder.is_none(), "an_empty_tab_joins_the_session_of_its_peers", || {
            format!("{at} makes a guest beside {holder:?}")
        });
        let begins = |page: &Page| page.runs() && page.under_way.as_ref().is_some_and(|it| it.begins);
        let other = (0..self.pages.len()).find(|other| *other != at && begins(&self.pages[*other]));
        self.invariants
            .check(other.is_none(), "one_page_at_a_time_creates_a_session", || format!("{at} and {other:?}"));
    }

    // Replies

    fn check_reply(&mut self, at: usize, id: CallId, result: &Result<Reply, Error>, has_new_token: bool) {
        let page = &mut self.pages[at];
        let waits = page.waiting.iter().position(|(waiting, ..)| *waiting == id);
        if let Some(waits) = waits {
            page.waiting.remove(waits);
        }
        self.invariants.check(waits.is_some(), "each_call_has_one_reply", || format!("{id:?}"));
        if let Ok(Reply::Token(token, _)) = result {
            self.coverage.tokens += 1;
            self.check_token(at, token.expose(), has_new_token);
        }
    }

    fn check_token(&mut self, at: usize, token: &str, has_new_token: bool) {
        let (Some(family), Some(issued)) =
            (self.server.family_of_access(token), self.server.issued_at(token))
        else {
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

    fn disk_delay(&self, page: usize) -> i64 {
        self.disks[self.pages[page].disk].delay
    }

    // Events

    fn check_event(&mut self, at: usize, event: &Event, before: Option<&SessionView>) {
        let id = before.map(|view| view.id().to_text());
        match event {
            Event::TokenRefresh(Refresh::Refreshed) => {
                self.coverage.refreshes += 1;
                self.pages[at].refreshed_at = Some(self.clock.mono);
            }
            Event::TokenRefresh(Refresh::Adopted) => self.coverage.adopted += 1,
            Event::TokenRefresh(_) => {}
            Event::SessionChange { reason, .. } => match reason {
                Reason::RefreshRejected => self.check_rejection(at),
                Reason::SignedOut => {
                    self.coverage.sign_outs += 1;
                    self.invariants.signed_out.extend(id.map(|id| (id, self.clock.mono)));
                }
                Reason::SignedOutElsewhere => self.coverage.signed_out_elsewhere += 1,
                Reason::Restored => self.coverage.restored += 1,
                Reason::SignedIn => self.coverage.sign_ins += 1,
                Reason::GuestCreated => self.coverage.guests += 1,
                Reason::GuestReplaced => self.coverage.replaced_guests += 1,
                Reason::StorageCleared => self.coverage.cleared += 1,
                Reason::Expired => self.coverage.expired += 1,
            },
        }
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
        let held = self.holder(&newest, self.reachable_peers(at, asked_at)).filter(|_| self.has_channel());
        let on_disk =
            self.disks[self.pages[at].disk].record().and_then(|record| record.text("refresh_token"));
        let stored = on_disk == Some(&newest) && self.disk_written_before(at, asked_at);
        self.invariants.check(held.is_none() && !stored, "no_active_session_is_lost", || {
            format!("{at} gives {sent} up, {newest} is held by {held:?}, stored: {stored}")
        });
        let open_pages =
            (0..self.pages.len()).filter(|other| self.pages[*other].state != super::State::Closed);
        if self.shop.shares && self.holder(&newest, open_pages).is_some() {
            self.coverage.held_unreachable += 1;
        } else if self.shop.shares {
            self.coverage.responses_lost += 1;
        } else {
            self.coverage.without_peers += 1;
        }
    }

    fn disk_written_before(&self, page: usize, moment: i64) -> bool {
        self.disks[self.pages[page].disk].written_at < moment
    }

    // States

    pub(in crate::browser) fn check_state(&mut self, at: usize, input: &Input) {
        let page = &self.pages[at];
        let mono = page.mono(&self.clock);
        let overdue = page.waiting.iter().find(|(_, _, deadline)| *deadline <= mono).map(|(id, ..)| *id);
        self.invariants
            .check(overdue.is_none(), "every_call_has_its_reply_in_time", || format!("{overdue:?} of {at}"));
        let past = page.wakeup.filter(|wakeup| *wakeup <= self.clock.mono);
        self.invariants.check(past.is_none(), "a_wake_up_is_in_the_future", || format!("{past:?} of {at}"));
        let reads = page.reading.is_some_and(|(_, locked)| locked);
        let needs = page.lock.is_none() || reads || page.under_way.is_some();
        self.invariants
            .check(needs, "a_lock_is_held_for_one_exchange", || format!("by {at}, after {input:?}"));
    }

    /// What every page must know some time after it was broadcast.
    pub(in crate::browser) fn check_pages(&mut self) {
        if !self.has_channel() {
            return;
        }
        for at in 0..self.pages.len() {
            self.check_signed_out(at);
        }
    }

    fn check_signed_out(&mut self, at: usize) {
        let page = &self.pages[at];
        let Some(held) = page.session.view().filter(|_| page.runs()) else { return };
        let held = held.id().to_text();
        // Tabs may have signed out their copies one after the other: the last one counts.
        let Some((_, ended_at)) = self.invariants.signed_out.iter().rfind(|(id, _)| *id == held) else {
            return;
        };
        let ended_at = *ended_at;
        let learnt =
            page.connected_since.max(page.changed_at).max(ended_at) + TO_LEARN + 2 * self.disk_delay(at);
        let was_told = page.connected_since.max(page.opened_at).max(page.changed_at) < ended_at;
        let must_know = was_told && ended_at + 2 * TO_LEARN < self.clock.mono || learnt < self.clock.mono;
        let detail = format!("{at} still holds {held}, which ended at {ended_at}");
        self.invariants.check(!must_know, "a_sign_out_reaches_every_page", || detail);
    }
}
