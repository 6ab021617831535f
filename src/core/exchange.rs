//! Exchanges: what is sent to the token endpoint, and what follows from its answer.

use std::cell::Cell;
use std::rc::Rc;

use super::call::Reply;
use super::calls::{Call, Want};
use super::config::RefreshMode;
use super::end::after_lost_response;
use super::error::{Code, Error};
use super::event::{Event, Reason, Refresh};
use super::grant::{Grant, GrantKind};
use super::ids::{CallId, ExchangeId, WriteId};
use super::io::Effect;
use super::message::Message;
use super::pacing::is_background_refreshable;
use super::record::{Generation, Record, SessionId, Subject};
use super::response::{ExchangeResult, Granted, Verdict, judge};
use super::session::{ActiveSession, Phase, Session};
use super::time::{Millis, Now, Timestamp};
use super::token::TokenSet;
use super::wait::Wait;

/// An exchange without an answer is cut after this time, so that the next can begin.
const EXCHANGE_LIMIT: Millis = Millis::from_secs(120);

/// A limit that is passed by more than this was slept through: the answer may be in the socket.
const SUSPENDED_AFTER: Millis = Millis::from_secs(10);
const AFTER_SLEEP: Millis = Millis::from_secs(30);

/// A storage that does not say that it has written is not waited for longer.
pub(super) const STORAGE_LIMIT: Millis = Millis::from_secs(5);

/// A grant that was sent, and is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    id: ExchangeId,
    kind: GrantKind,
    grant: Grant,
    /// The session for which it was sent; none if it is to begin one.
    of: Option<SessionId>,
    /// Whether the answer to a refresh with the same token was lost before.
    after_lost_response: bool,
    /// Who is told how a sign-in ended.
    sign_in: Option<CallId>,
    /// Whether a 401 caused it.
    rejected: bool,
    sent: Now,
    wait: Wait,
}

impl Exchange {
    pub(super) fn kind(&self) -> GrantKind {
        self.kind
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
    pub(super) fn send(&mut self, kind: GrantKind, now: Now, out: &mut Vec<Effect>) {
        let (grant, sign_in) = match kind {
            GrantKind::SignIn => self.sign_in_grant(),
            GrantKind::Guest => (self.guest_grant(now), None),
            GrantKind::Refresh => (self.refresh_grant(now), None),
        };
        let Some(grant) = grant else { return };
        let id = ExchangeId(self.next_id());
        let of = self.held_id();
        self.broadcast(&Message::Busy(of), out);
        let after_lost_response = kind == GrantKind::Refresh && self.record_refresh_start(now, out);
        out.push(Effect::Send(id, Box::new(grant.request(&self.config))));
        let rejected = self.calls.iter().any(|call| matches!(&call.want, Want::Token(want) if want.rejected));
        let wait = Wait::of(EXCHANGE_LIMIT, now);
        let exchange =
            Exchange { id, kind, grant, of, after_lost_response, sign_in, rejected, sent: now, wait };
        self.enter(Phase::Exchanging(exchange));
    }

    fn sign_in_grant(&self) -> (Option<Grant>, Option<CallId>) {
        for call in &self.calls {
            if let Want::SignIn { credentials, .. } = &call.want {
                let credentials = credentials.clone();
                let guest = self.mergeable_guest().map(|active| active.record.tokens.access_token.clone());
                return (Some(Grant::Password { credentials, guest }), Some(call.id));
            }
        }
        (None, None)
    }

    fn guest_grant(&mut self, now: Now) -> Option<Grant> {
        self.pacing.record_guest(now.mono);
        self.config.guest.clone().map(Grant::Guest)
    }

    /// A sign-in that is waiting has it done for the visitor whom it carries over, and once.
    fn refresh_grant(&mut self, now: Now) -> Option<Grant> {
        self.pacing.record_refresh(now.mono);
        let sign_in = self.calls.iter_mut().find(|call| matches!(call.want, Want::SignIn { .. }));
        if let Some(Call { want: Want::SignIn { guest_refreshed, .. }, .. }) = sign_in {
            *guest_refreshed = true;
        }
        self.active
            .as_ref()
            .and_then(|active| active.record.tokens.refresh_token.clone())
            .map(Grant::RefreshToken)
    }

    /// Notes in the record that a refresh is under way, for the page that may come before its answer
    /// does. True if one before it had no answer.
    fn record_refresh_start(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(active) = &mut self.active else { return false };
        let lost = active.record.refresh_started_at.replace(Some(now.wall)).is_some();
        // A storage across a network may count its writes, unless it was made for this: then it has a lock.
        let storage = self.config.options.storage;
        if active.stored && (storage.has_lock() || !storage.may_recover()) {
            let members = active.record.to_members(&self.config);
            self.store(Some(members), out);
        }
        lost
    }

    pub(super) fn needs_background_refresh(&self, active: &ActiveSession, now: Now) -> bool {
        self.config.options.refresh == RefreshMode::Background
            && is_background_refreshable(active.record.tokens.lifetime)
            && self.is_due_for_refresh(active, now)
    }

    pub(super) fn is_due_for_refresh(&self, active: &ActiveSession, now: Now) -> bool {
        active.record.tokens.remaining(now) <= active.lead
    }

    /// Cuts an exchange that has had no answer for too long.
    pub(super) fn exchange_timeout(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(mut exchange) = self.end_exchange() else { return false };
        if exchange.wait.extend_once_after_sleep(SUSPENDED_AFTER, AFTER_SLEEP, now) {
            self.enter(Phase::Exchanging(exchange));
            return false;
        }
        out.push(Effect::Abort(exchange.id));
        self.fail(&exchange, &Error::because(Code::Network, "no answer"), now, out);
        true
    }

    /// Takes the exchange that is under way, if there is one.
    fn end_exchange(&mut self) -> Option<Exchange> {
        let phase = self.enter(Phase::Ready);
        if let Phase::Exchanging(exchange) = phase {
            return Some(exchange);
        }
        self.enter(phase);
        None
    }

    pub(super) fn exchange_ended(
        &mut self,
        id: ExchangeId,
        result: &ExchangeResult,
        now: Now,
        out: &mut Vec<Effect>,
    ) {
        if matches!(&self.phase, Phase::Exchanging(exchange) if exchange.id == id) {
            if let Some(exchange) = self.end_exchange() {
                match judge(&self.config.server, &exchange.grant, result) {
                    Verdict::Granted(granted) => self.granted(exchange, granted, now, out),
                    Verdict::RefreshTokenRejected(error) => self.refresh_rejected(&exchange, error, now, out),
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
    fn refresh_rejected(&mut self, exchange: &Exchange, error: Error, now: Now, out: &mut Vec<Effect>) {
        let held = self.active.as_ref().and_then(|active| active.record.tokens.refresh_token.as_ref());
        if matches!(&exchange.grant, Grant::RefreshToken(sent) if Some(sent) == held) {
            let error = if exchange.after_lost_response { after_lost_response(&error) } else { error };
            self.confirm_rejection(error, now, out);
        }
    }

    fn granted(&mut self, exchange: Exchange, granted: Granted, now: Now, out: &mut Vec<Effect>) {
        let record = Rc::new(self.successor(&exchange, granted));
        let write = self.store(Some(record.to_members(&self.config)), out);
        let until = now.mono.after(STORAGE_LIMIT);
        self.enter(Phase::Storing(Storing { write, record, exchange, until }));
    }

    /// The session as the answer makes it. What a refresh answer leaves out stays (§6).
    fn successor(&mut self, exchange: &Exchange, granted: Granted) -> Record {
        let refreshed =
            self.active.as_ref().filter(|_| exchange.kind == GrantKind::Refresh).map(|active| &active.record);
        let old = refreshed.map(|record| &record.tokens);
        let asked_scope = || self.config.options.scope.clone();
        let tokens = TokenSet {
            access_token: granted.access_token,
            refresh_token: granted.refresh_token.or_else(|| old.and_then(|old| old.refresh_token.clone())),
            scope: granted.scope.or_else(|| old.map_or_else(asked_scope, |old| old.scope.clone())),
            lifetime: granted.lifetime,
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
                refresh_started_at: Cell::new(None),
            };
        }
        let sign_in = exchange.kind == GrantKind::SignIn;
        Record {
            id: SessionId::new(self.random.bits()),
            subject: if sign_in { Subject::User } else { Subject::Guest },
            replaces: if sign_in { self.held_id() } else { self.lost_guest },
            generation: Generation::default(),
            tokens,
            refresh_started_at: Cell::new(None),
        }
    }

    /// New tokens are stored, or cannot be: from here on they are used.
    pub(super) fn commit(&mut self, stored: bool, now: Now, out: &mut Vec<Effect>) -> bool {
        let Phase::Storing(Storing { record, exchange, .. }) = self.enter(Phase::Ready) else { return false };
        self.pacing.forget_failures();
        self.unusable = None;
        self.ended = None;
        let replaced = self.held_id().filter(|id| *id != record.id);
        if let Some(id) = replaced {
            self.remember_ended(id, false);
        }
        let lost_guest = exchange.kind == GrantKind::Guest && self.lost_guest.take().is_some();
        self.activate(record.clone(), stored, exchange.rejected);
        match exchange.kind {
            GrantKind::Refresh => self.emit(Event::TokenRefresh(Refresh::Refreshed), out),
            GrantKind::Guest if lost_guest => self.session_changed(Reason::GuestReplaced, None, out),
            GrantKind::Guest => self.session_changed(Reason::GuestCreated, None, out),
            GrantKind::SignIn => self.session_changed(Reason::SignedIn, None, out),
        }
        let news = if exchange.kind == GrantKind::Refresh { Message::Newest } else { Message::Begun };
        self.broadcast(&news(record), out);
        if let Some(call) = exchange.sign_in {
            self.reply(call, Ok(Reply::Session(self.view())), out);
        }
        self.answer_with_new_token(now, out);
        true
    }

    /// An exchange failed in a way that says nothing about the session: it is kept.
    fn fail(&mut self, exchange: &Exchange, error: &Error, now: Now, out: &mut Vec<Effect>) {
        if let Some(call) = exchange.sign_in {
            return self.reply(call, Err(error.clone()), out);
        }
        if error.status.is_some() {
            // There was an answer, and no new tokens in it.
            if let Some(active) = &mut self.active {
                active.record.refresh_started_at.set(None);
            }
        }
        let attempt = self.pacing.record_failure(error, now.mono, &mut self.random);
        if exchange.kind == GrantKind::Refresh {
            let again = self.active.as_ref().is_some_and(|active| self.needs_background_refresh(active, now));
            let error = error.clone();
            let retry_in = self.pacing.background_at().map_or(Millis::ZERO, |at| at.since(now.mono));
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
    pub(super) fn abandon_exchange(&mut self, out: &mut Vec<Effect>) -> Option<Rc<Record>> {
        match self.enter(Phase::Ready) {
            Phase::Storing(storing) => Some(storing.record),
            Phase::Exchanging(exchange) => {
                out.push(Effect::Abort(exchange.id));
                None
            }
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers(_)
            | Phase::Ready
            | Phase::Locking(_)
            | Phase::ConfirmingRejection(_) => None,
        }
    }

    /// Forgets what was about the session before.
    pub(super) fn clear_vacancy(&mut self) {
        self.unusable = None;
        self.ended = None;
        self.lost_guest = None;
        self.pacing.forget_failures();
    }
}
