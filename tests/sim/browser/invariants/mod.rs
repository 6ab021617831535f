//! The invariants of several tabs: each is a named check against the state of the whole browser and of the server.
//! Time is the monotonic clock's: while the machine sleeps, no page can send or receive.

mod events;
mod replies;
mod requests;

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::event::{Event, Refresh, SessionView};
use storefront_token_client::core::io::{Effect, Input};

use crate::browser::register::TO_REGISTER;
use crate::browser::{Browser, State};
use crate::coverage::counts;
use crate::disk::Change;
use crate::invariants::Broken;
use crate::parse::Form;
use crate::scenario::TOKEN_ENDPOINT;

counts! {
    BrowserCoverage, "worlds", rarest one in 20_000:
    calls, tokens, exchanges, refreshes, received, messages, guests, replaced_guests, sign_ins, sign_outs,
    signed_out_elsewhere, restored, ended_by_server, responses_lost, without_peers, expired,
    cleared, lost_between_pages, lost_with_the_page, reloads, closes, freezes, navigations, shown_again, duplicates, opened,
    sleeps, hostile, prerendered, activated, discarded, crashes, waited_in_vain, site_cleared, from_records,
    from_leases, adoptions, joined_guests, kept_guests,
}

#[derive(Debug, Default)]
pub struct Invariants {
    pub broken: Option<Broken>,
    /// Whether a lock may never be granted: a page that holds or requests it does not run.
    pub lock_hangs: bool,
    /// Whether a message was lost on its way to a page that could have received it.
    pub lost_messages: bool,
    /// Whether a page may miss a sign-out: the list of sign-outs was cleared before every page knew them, or the list was
    /// cleared and the record was not.
    pub sign_outs_may_be_forgotten: bool,
    /// Whether a storage was cleared: a page may take the missing record for a sign-out, and tell the others.
    pub storages_were_cleared: bool,
    /// The sum of all steps by which the wall clock was set back.
    pub set_back: i64,
    pub(super) guests_used: Vec<GuestUse>,
    pub(super) replacements: Vec<Replacement>,
    /// The sessions that were signed out, and when. A user's session that another user's replaced is over when that one is
    /// signed out.
    pub(super) signed_out: Vec<(String, i64)>,
    /// The users' sessions that were replaced by a user's session, and by which.
    pub(super) replaced_users: Vec<(String, String)>,
}

/// A page has begun a session, which replaced the one that the page held or had lost.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    pub(super) old: String,
    /// The number of the token set with which the page lost the old session; none if the page held it.
    pub(super) lost: Option<f64>,
    /// Whether the new session is a user's.
    is_users: bool,
    at: i64,
}

/// A token of this guest was given out, by this page and at this time. The guest may have a cart from then on.
#[derive(Clone, Debug)]
pub(super) struct GuestUse {
    pub(super) guest: String,
    pub(super) by: usize,
    pub(super) at: i64,
    pub(super) heard_by: Vec<usize>,
}

/// How long a page that starts, or runs again, may take to learn what its peers know.
const TO_LEARN: i64 = 250;

impl Invariants {
    /// A session was signed out, and with it the users' sessions that it replaced.
    pub(super) fn note_sign_out(&mut self, id: String, at: i64) {
        let mut ended = vec![id];
        while let Some(id) = ended.pop() {
            let replaced = self.replaced_users.extract_if(.., |(_, next)| *next == id);
            ended.extend(replaced.map(|(replaced, _)| replaced));
            self.signed_out.push((id, at));
        }
    }

    /// Only the first broken invariant is kept.
    pub fn check(&mut self, holds: bool, invariant: &'static str, detail: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken { invariant, detail: detail() });
        }
    }
}

impl Browser {
    /// Whether every message arrives.
    pub(super) fn has_channel(&self) -> bool {
        self.shop.shares && !self.invariants.lost_messages
    }

    /// Whether every message arrives, and every lock is granted in the end. Without locks, the pages keep
    /// each other out by messages.
    pub(super) fn has_channel_and_locks(&self) -> bool {
        let as_promised = self.locks.is_some() == self.shop.locks;
        self.has_channel() && as_promised && !self.invariants.lock_hangs
    }

    /// The peers that have received every message since that moment, and have had time to broadcast theirs.
    pub(super) fn reachable_peers(&self, of: usize, since: i64) -> impl Iterator<Item = usize> {
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

    /// The registered peers that stopped a short time ago: a page that asks them waits for them.
    pub(super) fn blocked_peers(&self, of: usize) -> impl Iterator<Item = usize> {
        let now = self.clock.mono;
        // After the storages were cleared, a page does not know for a moment who is there.
        let knows = self.pages[of].saw_clearing.is_none_or(|at| at + 3 * TO_REGISTER <= now);
        // Half of it, since a page may have asked before the peer stopped.
        let patience = self.patience() / 2;
        (0..self.pages.len()).filter(move |at| {
            let page = &self.pages[*at];
            let registered = self.register.as_ref().and_then(|register| register.registered_since(*at));
            let is_seen = registered.is_some_and(|since| since + TO_LEARN < self.clock.real);
            *at != of && knows && page.state == State::Stopped && is_seen && page.stopped_at + patience > now
        })
    }

    /// The peers that have refreshed since that moment. Under a lock a page knows their tokens, however long
    /// a message takes.
    pub(super) fn refreshers(&self, of: usize, since: i64) -> impl Iterator<Item = usize> {
        (0..self.pages.len()).filter(move |at| {
            let page = &self.pages[*at];
            *at != of && page.runs() && page.refreshed_at.is_some_and(|at| at >= since)
        })
    }

    /// The page, of these, that holds this refresh token.
    pub(super) fn holder(&self, refresh_token: &str, pages: impl Iterator<Item = usize>) -> Option<usize> {
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
        self.pages[at].has_signed_out |= matches!(input, Input::Call(_, Command::SignOut));
        self.note_replacement(at, before.as_ref(), effects);
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

    fn note_replacement(&mut self, at: usize, before: Option<&SessionView>, effects: &[Effect]) {
        let page = &mut self.pages[at];
        let begins = |effect: &Effect| matches!(effect, Effect::Broadcast(message) if message.text("message") == Some("begun"));
        let Some(view) = page.session.view().filter(|_| effects.iter().any(begins)) else { return };
        let held = before.map(|before| (before.id().to_text(), None));
        let Some((old, lost)) = held.or(page.lost.take().map(|(id, lost)| (id, Some(lost)))) else { return };
        let is_users = view.user_session().is_some();
        self.invariants.replacements.push(Replacement { old, lost, is_users, at: self.clock.mono });
    }

    /// Whether the page has just got new tokens.
    fn note_change(&mut self, at: usize, effects: &[Effect]) -> bool {
        let page = &mut self.pages[at];
        let changed = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Emit(
                    Event::SessionChange { .. } | Event::TokenRefresh(Refresh::Refreshed | Refresh::Received)
                )
            )
        });
        if changed {
            page.changed_at = self.clock.mono;
        }
        page.had_session |= changed;
        changed
    }

    pub(in crate::browser) fn check_state(&mut self, at: usize, input: &Input) {
        let page = &self.pages[at];
        let mono = page.mono(&self.clock);
        let overdue = page.waiting.iter().find(|(_, _, deadline)| *deadline <= mono).map(|(id, ..)| *id);
        self.invariants
            .check(overdue.is_none(), "every_call_has_its_reply_in_time", || format!("{overdue:?} of {at}"));
        let past = page.wakeup.filter(|wakeup| *wakeup <= self.clock.mono);
        self.invariants.check(past.is_none(), "a_wake_up_is_in_the_future", || format!("{past:?} of {at}"));
        let reads = page.reading.is_some_and(|(_, locked)| locked);
        let adopts = mono <= page.adopts_until;
        let needs = page.lock.is_none() || reads || adopts || page.under_way.is_some();
        self.invariants
            .check(needs, "a_lock_is_held_for_one_exchange", || format!("by {at}, after {input:?}"));
    }

    /// A page removes another session's record only if that session was signed out, or at a sign-out of its own. In a custom
    /// storage a page cannot compare and remove in one step.
    pub(in crate::browser) fn check_removal(&mut self, at: usize, change: &Change) {
        let page = &self.pages[at];
        let removed = match change {
            Change::Store(Some(_)) => return,
            Change::Store(None) | Change::Forget(_) => self.disks[page.disk].record(),
        };
        let Some(removed) = removed.and_then(|record| record.text("id")).map(str::to_owned) else { return };
        let stays = matches!(change, Change::Forget(session) if session.to_text() != removed);
        let knows =
            page.held.contains(&removed) || self.invariants.signed_out.iter().any(|(id, _)| *id == removed);
        let is_custom = matches!(self.shop.storage, StorageKind::Custom { .. });
        let was_cleared = self.invariants.storages_were_cleared;
        let fine = stays || knows || is_custom || page.has_signed_out || was_cleared;
        self.invariants
            .check(fine, "no_record_of_another_session_is_removed", || format!("{removed} by {at}"));
    }

    /// The facts that every page must know some time after their broadcast.
    pub(in crate::browser) fn check_pages(&mut self) {
        if !self.has_channel() || self.invariants.sign_outs_may_be_forgotten {
            return;
        }
        for at in 0..self.pages.len() {
            self.check_signed_out(at);
            self.check_follows(at);
        }
    }

    /// A page that has got every message holds no session that another one has replaced, unless the page has a newer token set
    /// than the one that was lost.
    fn check_follows(&mut self, at: usize) {
        let page = &self.pages[at];
        let Some(view) = page.session.view().filter(|_| page.runs() && !page.prerendering) else { return };
        if !self.has_channel_and_locks() || self.shop.storage != StorageKind::Page {
            return;
        }
        let since = page.connected_since.max(page.changed_at);
        let has_replaced = |replacement: &&Replacement| {
            replacement.old == view.id().to_text()
                && since < replacement.at
                && replacement.at + 2 * TO_LEARN < self.clock.mono
        };
        let Some(replacement) = self.invariants.replacements.iter().find(has_replaced).cloned() else {
            return;
        };
        let generation = self.known(at).and_then(|record| record.number("generation"));
        let both_users = replacement.is_users && view.user_session().is_some();
        let keeps = !both_users && replacement.lost.is_some_and(|lost| generation > Some(lost));
        self.invariants.check(keeps, "a_page_follows_to_the_session_that_replaced_its_own", || {
            format!("{at} holds generation {generation:?}: {replacement:?}")
        });
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
        let connected_at = page.connected_since.max(page.changed_at);
        // A page that was there got the message. Any other page reads the list of sign-outs when it connects.
        let got_message = connected_at.max(page.opened_at) < ended_at;
        let read_list_by = connected_at.max(ended_at) + TO_LEARN + 2 * self.disk_delay(at);
        let must_know =
            got_message && ended_at + 2 * TO_LEARN < self.clock.mono || read_list_by < self.clock.mono;
        let detail = format!("{at} still holds {held}, which ended at {ended_at}");
        self.invariants.check(!must_know, "a_sign_out_reaches_every_page", || detail);
    }
}
