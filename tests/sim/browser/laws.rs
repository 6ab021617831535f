//! The laws of tabs: each a named check, against what the whole browser and the server know.
//!
//! They go by the monotonic clock: what the machine slept through is no time to speak or to learn.

use storefront_token_client::core::call::Reply;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::{Event, Reason, Refresh, SessionView};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input};

use crate::browser::page::UnderWay;
use crate::browser::{Browser, Page};
use crate::laws::Broken;
use crate::life::TOKEN_ENDPOINT;
use crate::model::Asked;
use crate::server::Rotation;
use crate::tally::counts;
use crate::wire::Form;

counts! {
    TabTally, "worlds", rarest one in 20_000:
    calls, tokens, exchanges, refreshes, adopted, messages, guests, replaced_guests, sign_ins, sign_outs,
    signed_out_elsewhere, restored, ended_by_server, answers_lost, held_unheard, not_told, expired,
    cleared, lost_with_the_page, reloads, closes, freezes, navigations, shown_again, duplicates, opened,
    sleeps, hostile,
}

#[derive(Debug, Default)]
pub struct Laws {
    pub broken: Option<Broken>,
    /// A page that has, or waits for, a lock does not run; or somebody else's does.
    pub hangs: bool,
    /// A message was not heard by somebody who could have.
    pub lost_messages: bool,
    /// How far the wall clock was set back in all.
    pub set_back: i64,
    /// Sessions that were signed out, and when.
    signed_out: Vec<(String, i64)>,
}

/// After this an exchange without an answer is cut.
const EXCHANGE_LIMIT: i64 = 120_000;

/// How long a page that comes, or comes back, may take to learn what others know.
const TO_LEARN: i64 = 250;

impl Laws {
    /// The first law that is broken is the one that is told.
    pub fn hold(&mut self, holds: bool, law: &'static str, detail: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken { law, detail: detail() });
        }
    }
}

impl Browser {
    /// Every message is heard.
    fn speaks(&self) -> bool {
        self.shop.shares && !self.laws.lost_messages
    }

    /// Every message is heard, and every lock is got in the end.
    fn is_whole(&self) -> bool {
        self.speaks() && self.locks.is_some() && !self.laws.hangs
    }

    /// The pages that would have heard what was said at that moment, and have had time to speak.
    fn voices(&self, but: usize, since: i64) -> impl Iterator<Item = usize> {
        let said_by = self.clock.mono - self.channel.delay;
        (0..self.pages.len()).filter(move |at| {
            let page = &self.pages[*at];
            *at != but && page.runs() && page.hears_since <= since && page.news_at < said_by
        })
    }

    /// Who of them holds this refresh token.
    fn holder(&self, refresh_token: &str, pages: impl Iterator<Item = usize>) -> Option<usize> {
        pages.into_iter().find(|page| {
            let known = self.known(*page);
            known.as_ref().and_then(|record| record.text("refresh_token")) == Some(refresh_token)
        })
    }

    pub(in crate::browser) fn judge(
        &mut self,
        at: usize,
        input: &Input,
        before: Option<SessionView>,
        effects: &[Effect],
    ) {
        let newborn = self.take_note(at, effects);
        for effect in effects {
            match effect {
                Effect::Send(_, request) if request.url == TOKEN_ENDPOINT => {
                    let form = Form::of(request);
                    self.judge_request(at, input, &form);
                }
                Effect::Lock(..) => {
                    let runs = self.pages[at].runs();
                    self.laws
                        .hold(runs, "no_lock_is_asked_for_that_cannot_be_let_go_of", || format!("by {at}"));
                }
                Effect::Broadcast(_) => {
                    let shares = self.shop.shares;
                    self.laws.hold(shares, "who_does_not_share_is_silent", String::new);
                }
                Effect::Reply(id, result) => self.judge_reply(at, *id, result, newborn),
                Effect::Emit(event) => self.judge_event(at, event, before.as_ref()),
                _ => {}
            }
        }
    }

    /// True if the page has just got new tokens.
    fn take_note(&mut self, at: usize, effects: &[Effect]) -> bool {
        let page = &mut self.pages[at];
        let news = effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Emit(
                    Event::SessionChange { .. } | Event::TokenRefresh(Refresh::Refreshed | Refresh::Adopted)
                )
            )
        });
        if news {
            page.news_at = self.clock.mono;
        }
        page.had_session |= news;
        news
    }

    // Requests

    fn judge_request(&mut self, at: usize, input: &Input, form: &Form) {
        let page = &self.pages[at];
        let answerable = page.runs() && !page.offline && !matches!(input, Input::Hidden);
        let locked = page.lock.is_some();
        self.laws.hold(answerable, "nothing_is_sent_where_no_answer_can_come", || format!("{input:?}"));
        self.laws.hold(locked, "an_exchange_has_its_lock", || format!("{input:?}"));
        match (Asked::of(form), form.get("refresh_token")) {
            (Asked::Refresh, Some(token)) => self.judge_refresh(at, token),
            (Asked::Guest, _) => self.judge_visitor(at),
            _ => {}
        }
    }

    fn judge_refresh(&mut self, at: usize, token: &str) {
        self.laws.hangs |= self.pages.iter().any(|page| self.is_stuck(page));
        if !self.is_whole() {
            return;
        }
        let sends = |page: &Page| {
            let same = |it: &UnderWay| it.refresh_token.as_deref() == Some(token);
            page.runs() && page.under_way.as_ref().is_some_and(same)
        };
        let other = (0..self.pages.len()).find(|other| *other != at && sends(&self.pages[*other]));
        self.laws.hold(other.is_none(), "a_refresh_token_is_sent_by_one_page_at_a_time", || {
            format!("{token} by {at} and {other:?}")
        });
        let family = self.server.family_of_refresh(token).map(|family| &self.server.families[family]);
        let newest = family.and_then(|family| family.refresh.clone());
        if let Some(newest) = newest.filter(|newest| newest != token) {
            let holder = self.holder(&newest, self.voices(at, self.pages[at].hears_since));
            self.laws.hold(holder.is_none(), "the_newest_refresh_token_is_sent", || {
                format!("{token} by {at}, while {holder:?} holds {newest}")
            });
        }
    }

    /// Whether a page keeps its lock for longer than it should: it is throttled; or nobody waits
    /// for it, so that on demand there is no timer.
    fn is_stuck(&self, page: &Page) -> bool {
        page.under_way.as_ref().is_some_and(|it| it.sent_at + EXCHANGE_LIMIT <= self.clock.mono)
    }

    fn judge_visitor(&mut self, at: usize) {
        self.laws.hangs |= self.pages.iter().any(|page| self.is_stuck(page));
        if !self.is_whole() || self.pages[at].had_session {
            return;
        }
        let over = |view: &SessionView| self.laws.signed_out.iter().any(|(id, _)| *id == view.id().to_text());
        let holds = |other: &usize| self.pages[*other].session.view().is_some_and(|view| !over(&view));
        let since = self.pages[at].hears_since;
        let holder = self.voices(at, since).find(holds).filter(|_| since + TO_LEARN < self.clock.mono);
        self.laws.hold(holder.is_none(), "an_empty_tab_joins_those_who_have_a_session", || {
            format!("{at} makes a visitor beside {holder:?}")
        });
        let begins = |page: &Page| page.runs() && page.under_way.as_ref().is_some_and(|it| it.begins);
        let other = (0..self.pages.len()).find(|other| *other != at && begins(&self.pages[*other]));
        self.laws
            .hold(other.is_none(), "one_page_at_a_time_begins_a_session", || format!("{at} and {other:?}"));
    }

    // Replies

    fn judge_reply(&mut self, at: usize, id: CallId, result: &Result<Reply, Error>, newborn: bool) {
        let page = &mut self.pages[at];
        let waits = page.waiting.iter().position(|(waiting, ..)| *waiting == id);
        if let Some(waits) = waits {
            page.waiting.remove(waits);
        }
        self.laws.hold(waits.is_some(), "each_call_is_answered_once", || format!("{id:?}"));
        if let Ok(Reply::Token(token, _)) = result {
            self.tally.tokens += 1;
            self.judge_token(at, token.expose(), newborn);
        }
    }

    fn judge_token(&mut self, at: usize, token: &str, newborn: bool) {
        let (Some(family), Some(issued)) =
            (self.server.family_of_access(token), self.server.issued_at(token))
        else {
            return self.laws.hold(false, "tokens_are_the_servers", || token.to_owned());
        };
        let real = self.clock.real;
        let over = self.server.life_of(token).is_some_and(|life| real - issued >= life + self.laws.set_back);
        self.laws.hold(!over || newborn, "no_expired_token_is_given", || {
            format!("{token} of {issued} at {real} by {at}")
        });
        let newest = self.server.families[family].access.clone();
        let kills = matches!(self.server.rotation, Rotation::Rotates | Rotation::DetectsReuse);
        let learnt = self.pages[at].hears_since.max(self.pages[at].news_at) + TO_LEARN + self.disk_delay(at);
        if kills && newest != token && self.speaks() && learnt < self.clock.mono {
            let has = |other: &usize| {
                self.known(*other).is_some_and(|record| record.text("access_token") == Some(&newest))
            };
            let holder = self.voices(at, self.pages[at].hears_since).find(has);
            self.laws.hold(holder.is_none(), "no_token_is_given_that_was_replaced", || {
                format!("{token} by {at}, while {holder:?} holds {newest}")
            });
        }
    }

    fn disk_delay(&self, page: usize) -> i64 {
        self.disks[self.pages[page].disk].delay
    }

    // Events

    fn judge_event(&mut self, at: usize, event: &Event, before: Option<&SessionView>) {
        let id = before.map(|view| view.id().to_text());
        match event {
            Event::TokenRefresh(Refresh::Refreshed) => self.tally.refreshes += 1,
            Event::TokenRefresh(Refresh::Adopted) => self.tally.adopted += 1,
            Event::TokenRefresh(_) => {}
            Event::SessionChange { reason, .. } => match reason {
                Reason::RefreshRejected => self.judge_rejection(at),
                Reason::SignedOut => {
                    self.tally.sign_outs += 1;
                    self.laws.signed_out.extend(id.map(|id| (id, self.clock.mono)));
                }
                Reason::SignedOutElsewhere => self.tally.signed_out_elsewhere += 1,
                Reason::Restored => self.tally.restored += 1,
                Reason::SignedIn => self.tally.sign_ins += 1,
                Reason::GuestCreated => self.tally.guests += 1,
                Reason::GuestReplaced => self.tally.replaced_guests += 1,
                Reason::StorageCleared => self.tally.cleared += 1,
                Reason::Expired => self.tally.expired += 1,
            },
        }
    }

    /// A session ends with its refresh token only if the server ended it, or nobody who can be heard
    /// has the one that the server would take.
    fn judge_rejection(&mut self, at: usize) {
        let sent = self.pages[at].sent.clone().unwrap_or_default();
        let Some(family) = self.server.family_of_refresh(&sent).map(|at| &self.server.families[at]) else {
            return self.laws.hold(false, "only_what_was_sent_is_rejected", || sent);
        };
        if family.dead {
            self.tally.ended_by_server += 1;
            return;
        }
        let newest = family.refresh.clone().unwrap_or_default();
        self.laws.hold(newest != sent, "no_living_token_is_given_up", || format!("{sent} by {at}"));
        let doubted_at = self.clock.mono - 100;
        let heard = self.holder(&newest, self.voices(at, doubted_at)).filter(|_| self.speaks());
        let on_disk =
            self.disks[self.pages[at].disk].record().and_then(|record| record.text("refresh_token"));
        let stored = on_disk == Some(&newest) && self.disk_written_before(at, doubted_at);
        self.laws.hold(heard.is_none() && !stored, "no_session_is_lost_that_lives", || {
            format!("{at} gives {sent} up, {newest} is held by {heard:?}, stored: {stored}")
        });
        let everybody =
            (0..self.pages.len()).filter(|other| self.pages[*other].state != super::State::Closed);
        if self.shop.shares && self.holder(&newest, everybody).is_some() {
            self.tally.held_unheard += 1;
        } else if self.shop.shares {
            self.tally.answers_lost += 1;
        } else {
            self.tally.not_told += 1;
        }
    }

    fn disk_written_before(&self, page: usize, moment: i64) -> bool {
        self.disks[self.pages[page].disk].written_at < moment
    }

    // States

    pub(in crate::browser) fn judge_state(&mut self, at: usize, input: &Input) {
        let page = &self.pages[at];
        let mono = page.mono(&self.clock);
        let overdue = page.waiting.iter().find(|(_, _, deadline)| *deadline <= mono).map(|(id, ..)| *id);
        self.laws
            .hold(overdue.is_none(), "every_call_is_answered_in_time", || format!("{overdue:?} of {at}"));
        let past = page.wakeup.filter(|wakeup| *wakeup <= self.clock.mono);
        self.laws.hold(past.is_none(), "it_never_asks_for_the_past", || format!("{past:?} of {at}"));
        let reads = page.reading.is_some_and(|(_, locked)| locked);
        let needs = page.lock.is_none() || reads || page.under_way.is_some();
        self.laws.hold(needs, "a_lock_is_held_for_one_exchange", || format!("by {at}, after {input:?}"));
    }

    /// What must be so some time after it was said.
    pub(in crate::browser) fn judge_pages(&mut self) {
        if !self.speaks() {
            return;
        }
        for at in 0..self.pages.len() {
            self.judge_signed_out(at);
        }
    }

    fn judge_signed_out(&mut self, at: usize) {
        let page = &self.pages[at];
        let Some(held) = page.session.view().filter(|_| page.runs()) else { return };
        let held = held.id().to_text();
        // Copies of it may have been signed out one after the other.
        let Some((_, over)) = self.laws.signed_out.iter().rfind(|(id, _)| *id == held) else { return };
        let over = *over;
        let learnt = page.hears_since.max(page.news_at).max(over) + TO_LEARN + 2 * self.disk_delay(at);
        let heard_it = page.hears_since.max(page.opened_at).max(page.news_at) < over;
        let holds = heard_it && over + 2 * TO_LEARN < self.clock.mono || learnt < self.clock.mono;
        let detail = format!("{at} still holds {held}, over since {over}");
        self.laws.hold(!holds, "a_sign_out_reaches_all", || detail);
    }
}
