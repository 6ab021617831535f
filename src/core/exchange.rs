//! Exchanges: what is sent to the token endpoint, and what follows from its answer.

use std::cell::Cell;
use std::rc::Rc;

use super::answer::{Asked, Granted, Outcome, Verdict, judge};
use super::call::{Call, CallId, Reply, Want};
use super::config::{Options, RefreshMode};
use super::death::after_a_loss;
use super::error::{Code, Error};
use super::event::{Event, Reason, Refresh};
use super::grant::Grant;
use super::message::Message;
use super::pace::renews_unasked;
use super::record::{Generation, Record, SessionId, Subject};
use super::session::{Effect, ExchangeId, Live, Phase, Session, WriteId};
use super::time::{Millis, Now, Timestamp};
use super::token::TokenSet;
use super::wait::Wait;

/// An exchange without an answer is cut after this time, so that the next can begin.
const EXCHANGE_LIMIT: Millis = Millis::from_secs(120);

/// A limit that is passed by more than this was slept through: the answer may be in the socket.
const SLEPT: Millis = Millis::from_secs(10);
const AFTER_SLEEP: Millis = Millis::from_secs(30);

/// A storage that does not say that it has written is not waited for longer.
pub(super) const STORAGE_LIMIT: Millis = Millis::from_secs(5);

/// A grant that was sent, and is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    id: ExchangeId,
    asked: Asked,
    grant: Grant,
    /// The session for which it was sent; none if it is to begin one.
    of: Option<SessionId>,
    /// Whether the answer to a refresh with the same token was lost before.
    after_a_loss: bool,
    /// Who is told how a sign-in ended.
    sign_in: Option<CallId>,
    /// Whether a 401 caused it.
    rejected: bool,
    sent: Now,
    wait: Wait,
}

impl Exchange {
    pub(super) fn asked(&self) -> Asked {
        self.asked
    }

    /// Whether it was sent for this session, and its answer may still come: on demand, no timer
    /// ends what nobody waits for.
    pub(super) fn is_for(&self, session: Option<SessionId>, now: Now) -> bool {
        self.of == session && self.wait.until() > now.mono
    }

    pub(super) fn until(&self) -> Timestamp {
        self.wait.until()
    }
}

/// New tokens that are being written.
#[derive(Clone, Debug)]
pub(super) struct Storing {
    write: WriteId,
    record: Rc<Record>,
    exchange: Exchange,
    until: Timestamp,
}

impl Storing {
    pub(super) fn is(&self, write: WriteId) -> bool {
        self.write == write
    }

    pub(super) fn until(&self) -> Timestamp {
        self.until
    }
}

impl Session {
    /// The exchange that is under way, up to its tokens being written.
    pub(super) fn exchange(&self) -> Option<&Exchange> {
        if let Phase::Exchanging(exchange) | Phase::Storing(Storing { exchange, .. }) = &self.phase {
            Some(exchange)
        } else {
            None
        }
    }

    /// Sends a grant.
    pub(super) fn send(&mut self, asked: Asked, now: Now, out: &mut Vec<Effect>) {
        let (grant, sign_in) = match asked {
            Asked::SignIn => self.sign_in_grant(),
            Asked::Guest => (self.guest_grant(now), None),
            Asked::Refresh => (self.refresh_grant(now), None),
        };
        let Some(grant) = grant else { return };
        let id = ExchangeId(self.next_id());
        let of = self.held_id();
        self.tell(&Message::Busy(of), out);
        let after_a_loss = asked == Asked::Refresh && self.mark_refresh(now, out);
        out.push(Effect::Send(id, Box::new(grant.request(&self.config))));
        let rejected = self.calls.iter().any(|call| matches!(&call.want, Want::Token(want) if want.rejected));
        let wait = Wait::of(EXCHANGE_LIMIT, now);
        let exchange = Exchange { id, asked, grant, of, after_a_loss, sign_in, rejected, sent: now, wait };
        self.go(Phase::Exchanging(exchange));
    }

    fn sign_in_grant(&self) -> (Option<Grant>, Option<CallId>) {
        for call in &self.calls {
            if let Want::SignIn { credentials, .. } = &call.want {
                let credentials = credentials.clone();
                let visitor = self.visitor().map(|live| live.record.tokens.access_token.clone());
                return (Some(Grant::Password { credentials, visitor }), Some(call.id));
            }
        }
        (None, None)
    }

    fn guest_grant(&mut self, now: Now) -> Option<Grant> {
        self.pace.guest_sent(now.mono);
        self.config.visitor.clone().map(Grant::Guest)
    }

    /// A sign-in that is waiting has it done for the visitor whom it carries over, and once.
    fn refresh_grant(&mut self, now: Now) -> Option<Grant> {
        self.pace.refresh_sent(now.mono);
        let sign_in = self.calls.iter_mut().find(|call| matches!(call.want, Want::SignIn { .. }));
        if let Some(Call { want: Want::SignIn { freshened, .. }, .. }) = sign_in {
            *freshened = true;
        }
        self.live.as_ref().and_then(|live| live.record.tokens.refresh_token.clone()).map(Grant::RefreshToken)
    }

    /// Notes in the record that a refresh is under way, for the page that may come before its answer
    /// does. True if one before it had no answer.
    fn mark_refresh(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(live) = &mut self.live else { return false };
        let lost = live.record.refresh_sent.replace(Some(now.wall)).is_some();
        // A storage across a network may count its writes, unless it was made for this: then it has a lock.
        let Options { storage_may_recover, storage_locks, .. } = self.config.options;
        if live.stored && (storage_locks || !storage_may_recover) {
            let members = live.record.to_members(&self.config);
            self.store(Some(members), out);
        }
        lost
    }

    pub(super) fn renews_behind(&self, live: &Live, now: Now) -> bool {
        self.config.options.refresh == RefreshMode::Background
            && renews_unasked(live.record.tokens.life)
            && self.is_due(live, now)
    }

    pub(super) fn is_due(&self, live: &Live, now: Now) -> bool {
        live.record.tokens.remaining(now) <= live.lead
    }

    /// Cuts an exchange that has had no answer for too long.
    pub(super) fn limit(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(mut exchange) = self.end_exchange() else { return false };
        if exchange.wait.oversleeps(SLEPT, AFTER_SLEEP, now) {
            self.go(Phase::Exchanging(exchange));
            return false;
        }
        out.push(Effect::Abort(exchange.id));
        self.fail(&exchange, &Error::because(Code::Network, "no answer"), now, out);
        true
    }

    /// Takes the exchange that is under way, if there is one.
    fn end_exchange(&mut self) -> Option<Exchange> {
        let phase = self.go(Phase::Ready);
        if let Phase::Exchanging(exchange) = phase {
            return Some(exchange);
        }
        self.go(phase);
        None
    }

    pub(super) fn answered(&mut self, id: ExchangeId, outcome: &Outcome, now: Now, out: &mut Vec<Effect>) {
        if matches!(&self.phase, Phase::Exchanging(exchange) if exchange.id == id) {
            if let Some(exchange) = self.end_exchange() {
                match judge(&self.config.server, &exchange.grant, outcome) {
                    Verdict::Granted(granted) => self.granted(exchange, granted, now, out),
                    Verdict::RefreshTokenDead(error) => self.dead(&exchange, error, now, out),
                    Verdict::Failed(error) => self.fail(&exchange, &error, now, out),
                }
            }
        } else {
            // Late: of an exchange that was cut, or of a revocation.
            self.revoked(id);
        }
        self.answer_calls(now, out);
    }

    /// The refresh token is said to be dead. If it is no longer the newest, that is no news.
    fn dead(&mut self, exchange: &Exchange, error: Error, now: Now, out: &mut Vec<Effect>) {
        let held = self.live.as_ref().and_then(|live| live.record.tokens.refresh_token.as_ref());
        if matches!(&exchange.grant, Grant::RefreshToken(sent) if Some(sent) == held) {
            let error = if exchange.after_a_loss { after_a_loss(&error) } else { error };
            self.doubt(error, now, out);
        }
    }

    fn granted(&mut self, exchange: Exchange, granted: Granted, now: Now, out: &mut Vec<Effect>) {
        let record = Rc::new(self.successor(&exchange, granted));
        let write = self.store(Some(record.to_members(&self.config)), out);
        let until = now.mono.after(STORAGE_LIMIT);
        self.go(Phase::Storing(Storing { write, record, exchange, until }));
    }

    /// The session as the answer makes it. What a refresh answer leaves out stays (§6).
    fn successor(&mut self, exchange: &Exchange, granted: Granted) -> Record {
        let refreshed =
            self.live.as_ref().filter(|_| exchange.asked == Asked::Refresh).map(|live| &live.record);
        let old = refreshed.map(|record| &record.tokens);
        let asked_scope = || self.config.options.scope.clone();
        let tokens = TokenSet {
            access_token: granted.access_token,
            refresh_token: granted.refresh_token.or_else(|| old.and_then(|old| old.refresh_token.clone())),
            scope: granted.scope.or_else(|| old.map_or_else(asked_scope, |old| old.scope.clone())),
            life: granted.life,
            sent: Cell::new(exchange.sent),
        };
        if let Some(before) = refreshed {
            let generation = before.generation.next();
            return Record {
                id: before.id,
                subject: before.subject,
                replaces: before.replaces,
                generation,
                tokens,
                refresh_sent: Cell::new(None),
            };
        }
        let sign_in = exchange.asked == Asked::SignIn;
        Record {
            id: SessionId::new(self.random.bits()),
            subject: if sign_in { Subject::User } else { Subject::Guest },
            replaces: if sign_in { self.held_id() } else { self.lost_guest },
            generation: Generation::default(),
            tokens,
            refresh_sent: Cell::new(None),
        }
    }

    /// New tokens are stored, or cannot be: from here on they are used.
    pub(super) fn commit(&mut self, stored: bool, now: Now, out: &mut Vec<Effect>) -> bool {
        let Phase::Storing(Storing { record, exchange, .. }) = self.go(Phase::Ready) else { return false };
        self.pace.forget_failures();
        self.unusable = None;
        self.ended = None;
        let replaced = self.held_id().filter(|id| *id != record.id);
        if let Some(id) = replaced {
            self.remember_over(id, false);
        }
        let lost_guest = exchange.asked == Asked::Guest && self.lost_guest.take().is_some();
        self.enliven(record.clone(), stored, exchange.rejected);
        match exchange.asked {
            Asked::Refresh => self.emit(Event::TokenRefresh(Refresh::Refreshed), out),
            Asked::Guest if lost_guest => self.session_changed(Reason::GuestReplaced, None, out),
            Asked::Guest => self.session_changed(Reason::GuestCreated, None, out),
            Asked::SignIn => self.session_changed(Reason::SignedIn, None, out),
        }
        let news = if exchange.asked == Asked::Refresh { Message::Newest } else { Message::Begun };
        self.tell(&news(record), out);
        if let Some(call) = exchange.sign_in {
            self.reply(call, Ok(Reply::Session(self.view())), out);
        }
        self.answer_with_newborn(now, out);
        true
    }

    /// An exchange failed in a way that says nothing about the session: it is kept.
    fn fail(&mut self, exchange: &Exchange, error: &Error, now: Now, out: &mut Vec<Effect>) {
        if let Some(call) = exchange.sign_in {
            return self.reply(call, Err(error.clone()), out);
        }
        if error.status.is_some() {
            // There was an answer, and no new tokens in it.
            if let Some(live) = &mut self.live {
                live.record.refresh_sent.set(None);
            }
        }
        let attempt = self.pace.failed(error, now.mono, &mut self.random);
        if exchange.asked == Asked::Refresh {
            let again = self.live.as_ref().is_some_and(|live| self.renews_behind(live, now));
            let error = error.clone();
            let retry_in = self.pace.background_at().map_or(Millis::ZERO, |at| at.since(now.mono));
            let refresh = if again {
                Refresh::Retrying { attempt, retry_in, error }
            } else {
                Refresh::Failed { attempt, error }
            };
            self.emit(Event::TokenRefresh(refresh), out);
        }
        self.answer_failed(error, now, out);
    }

    /// Lets go of what is under way: no answer to it is of use any more.
    pub(super) fn cut(&mut self, out: &mut Vec<Effect>) -> Option<Rc<Record>> {
        match self.go(Phase::Ready) {
            Phase::Storing(storing) => Some(storing.record),
            Phase::Exchanging(exchange) => {
                out.push(Effect::Abort(exchange.id));
                None
            }
            Phase::New
            | Phase::Reading(_)
            | Phase::Joining(_)
            | Phase::Ready
            | Phase::Locking(_)
            | Phase::Doubting(_) => None,
        }
    }

    /// Forgets what was about the session before.
    pub(super) fn start_afresh(&mut self) {
        self.unusable = None;
        self.ended = None;
        self.lost_guest = None;
        self.pace.forget_failures();
    }
}
