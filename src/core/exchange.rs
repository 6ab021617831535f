//! Exchanges: what is sent to the token endpoint, and what follows from its answer.

use std::mem;

use super::answer::{Asked, Granted, Outcome, Verdict, judge};
use super::call::{CallId, Reply, SignOut, Want};
use super::config::RefreshMode;
use super::error::{Code, Error};
use super::event::{Event, Reason, Refresh};
use super::grant::{Grant, revocation};
use super::pace::renews_unasked;
use super::record::{Record, SessionId, Subject};
use super::session::{Effect, ExchangeId, Live, Phase, Session, WriteId};
use super::time::{Millis, Now, Timestamp};
use super::token::TokenSet;

/// An exchange without an answer is cut after this time, so that the next can begin.
const EXCHANGE_LIMIT: Millis = Millis::from_secs(120);

/// A limit that is passed by more than this was slept through: the answer may be in the socket.
const SLEPT: Millis = Millis::from_secs(10);
const AFTER_SLEEP: Millis = Millis::from_secs(30);

/// A storage that does not say that it has written is not waited for longer.
const STORAGE_LIMIT: Millis = Millis::from_secs(5);

/// A grant that was sent, and is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    id: ExchangeId,
    asked: Asked,
    /// Who is told how a sign-in ended.
    sign_in: Option<CallId>,
    /// Whether a 401 caused it.
    rejected: bool,
    sent: Now,
    until: Timestamp,
    /// Whether its limit was slept through before: sleep is no excuse twice.
    overslept: bool,
}

impl Exchange {
    pub(super) fn asked(&self) -> Asked {
        self.asked
    }

    pub(super) fn until(&self) -> Timestamp {
        self.until
    }
}

/// New tokens that are being written.
#[derive(Clone, Debug)]
pub(super) struct Storing {
    write: WriteId,
    record: Record,
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
    /// Ends a session whose token is over and cannot be refreshed.
    pub(super) fn expire(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let over = self.live.as_ref().is_some_and(|live| {
            live.record.tokens.refresh_token.is_none() && live.record.tokens.is_expired(now)
        });
        if over {
            let error = Error::because(Code::LoginRequired, "no refresh token");
            self.end(Reason::Expired, error, out);
        }
        over
    }

    /// Sends the next grant, if there is one to be sent: a user's first.
    pub(super) fn begin(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        if self.begin_sign_in(now, out) {
            return true;
        }
        let reached = |at: Option<Timestamp>| at.is_none_or(|at| at <= now.mono);
        let wanted = self.token_is_wanted();
        match &self.live {
            None if wanted && reached(self.pace.guest_at()) => self.create_visitor(now, out),
            None => false,
            Some(live) => {
                let asked_for = wanted && reached(self.pace.refresh_at());
                let unasked = self.renews_behind(live, now) && reached(self.pace.background_at());
                (asked_for || unasked) && self.refresh(now, out)
            }
        }
    }

    fn begin_sign_in(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let carried = self.visitor().map(|live| {
            let stale = self.is_due(live, now) && live.record.tokens.refresh_token.is_some();
            (stale, live.record.tokens.access_token.clone())
        });
        let Some((id, credentials, freshened)) =
            self.calls.iter_mut().find_map(|call| match &mut call.want {
                Want::SignIn { credentials, freshened } => Some((call.id, credentials.clone(), freshened)),
                Want::Undecided(_) | Want::Session | Want::Token(_) | Want::Guest | Want::SignOut(_) => None,
            })
        else {
            return false;
        };
        let stale = carried.as_ref().is_some_and(|(stale, _)| *stale);
        if stale && !mem::replace(freshened, true) {
            return self.refresh(now, out);
        }
        let visitor = carried.map(|(_, token)| token);
        self.send(Asked::SignIn, Some(id), &Grant::Password { credentials, visitor }, now, out)
    }

    /// The visitor whom a sign-in would carry over.
    fn visitor(&self) -> Option<&Live> {
        self.config.server.visitor_parameter?;
        self.live.as_ref().filter(|live| live.record.subject == Subject::Guest)
    }

    fn create_visitor(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(credentials) = self.config.visitor.clone() else { return false };
        self.pace.guest_sent(now.mono);
        self.send(Asked::Guest, None, &Grant::Password { credentials, visitor: None }, now, out)
    }

    fn renews_behind(&self, live: &Live, now: Now) -> bool {
        self.config.options.refresh == RefreshMode::Background
            && renews_unasked(live.record.tokens.life)
            && self.is_due(live, now)
    }

    pub(super) fn is_due(&self, live: &Live, now: Now) -> bool {
        live.record.tokens.remaining(now) <= live.lead
    }

    fn refresh(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let token = self.live.as_ref().and_then(|live| live.record.tokens.refresh_token.clone());
        let Some(token) = token else { return false };
        self.pace.refresh_sent(now.mono);
        self.send(Asked::Refresh, None, &Grant::RefreshToken(token), now, out)
    }

    fn send(
        &mut self,
        asked: Asked,
        sign_in: Option<CallId>,
        grant: &Grant,
        now: Now,
        out: &mut Vec<Effect>,
    ) -> bool {
        let id = ExchangeId(self.next_id());
        out.push(Effect::Send(id, grant.request(&self.config)));
        let rejected = self.calls.iter().any(|call| matches!(&call.want, Want::Token(want) if want.rejected));
        let until = now.mono.after(EXCHANGE_LIMIT);
        self.go(Phase::Exchanging(Exchange {
            id,
            asked,
            sign_in,
            rejected,
            sent: now,
            until,
            overslept: false,
        }));
        true
    }

    /// Cuts an exchange that has had no answer for too long.
    pub(super) fn limit(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(mut exchange) = self.end_exchange() else { return false };
        if now.mono.since(exchange.until) > SLEPT && !mem::replace(&mut exchange.overslept, true) {
            exchange.until = now.mono.after(AFTER_SLEEP);
            self.go(Phase::Exchanging(exchange));
            return false;
        }
        out.push(Effect::Abort(exchange.id));
        self.fail(&exchange, &Error::because(Code::Network, "no answer"), now, out);
        true
    }

    /// Takes the exchange that is under way, if there is one.
    fn end_exchange(&mut self) -> Option<Exchange> {
        match self.go(Phase::Ready) {
            Phase::Exchanging(exchange) => Some(exchange),
            other @ (Phase::New | Phase::Restoring | Phase::Ready | Phase::Storing(_)) => {
                self.go(other);
                None
            }
        }
    }

    pub(super) fn answered(&mut self, id: ExchangeId, outcome: &Outcome, now: Now, out: &mut Vec<Effect>) {
        if matches!(&self.phase, Phase::Exchanging(exchange) if exchange.id == id) {
            if let Some(exchange) = self.end_exchange() {
                match judge(self.config.server, exchange.asked, outcome) {
                    Verdict::Granted(granted) => self.granted(exchange, granted, now, out),
                    Verdict::RefreshTokenDead(error) => self.end(Reason::RefreshRejected, error, out),
                    Verdict::Failed(error) => self.fail(&exchange, &error, now, out),
                }
            }
        } else {
            // Late: of an exchange that was cut, or of a revocation.
            self.revoked(id);
        }
        self.answer_calls(now, out);
    }

    fn granted(&mut self, exchange: Exchange, granted: Granted, now: Now, out: &mut Vec<Effect>) {
        let record = self.successor(&exchange, granted);
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
            sent: exchange.sent,
        };
        let identity = refreshed.map(|record| (record.id.clone(), record.subject));
        let (id, subject) = identity.unwrap_or_else(|| {
            let subject = if exchange.asked == Asked::SignIn { Subject::User } else { Subject::Guest };
            (SessionId::new(self.random.bits()), subject)
        });
        Record { id, subject, generation: self.generation.next(), tokens }
    }

    /// New tokens are stored: from here on they are used.
    pub(super) fn commit(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Phase::Storing(Storing { record, exchange, .. }) = self.go(Phase::Ready) else { return false };
        self.pace.forget_failures();
        self.generation = record.generation;
        self.unusable = None;
        self.ended = None;
        let lost_guest = exchange.asked == Asked::Guest && mem::take(&mut self.lost_guest);
        self.enliven(record, exchange.rejected);
        match exchange.asked {
            Asked::Refresh => self.emit(Event::TokenRefresh(Refresh::Refreshed), out),
            Asked::Guest if lost_guest => self.session_changed(Reason::GuestReplaced, None, out),
            Asked::Guest => self.session_changed(Reason::GuestCreated, None, out),
            Asked::SignIn => self.session_changed(Reason::SignedIn, None, out),
        }
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

    /// The session is over, and not by us.
    fn end(&mut self, reason: Reason, error: Error, out: &mut Vec<Effect>) {
        let guest = self.live.take().is_some_and(|live| live.record.subject == Subject::Guest);
        self.lost_guest = guest;
        self.pace.forget_failures();
        self.store(None, out);
        self.session_changed(reason, Some(error.clone()), out);
        self.ended = Some(error);
    }

    /// Ends the session at once, wins over any answer that is under way, and revokes the refresh
    /// token where the server can (RFC 7009).
    pub(super) fn sign_out(&mut self, out: &mut Vec<Effect>) -> SignOut {
        let ended = match self.go(Phase::Ready) {
            Phase::Storing(storing) => Some(storing.record),
            Phase::Exchanging(exchange) => {
                out.push(Effect::Abort(exchange.id));
                None
            }
            Phase::New | Phase::Restoring | Phase::Ready => None,
        };
        let live = self.live.take().map(|live| live.record);
        let had_session = live.is_some();
        let ended = ended.or(live);
        self.unusable = None;
        self.ended = None;
        self.lost_guest = false;
        self.pace.forget_failures();
        self.answer_each(out, &|_, call| match call.want {
            Want::Token(_) | Want::Guest | Want::SignIn { .. } => Some(Err(Error::new(Code::SignedOut))),
            Want::Undecided(_) | Want::Session | Want::SignOut(_) => None,
        });
        let write = Some(self.store(None, out));
        let revocation = ended.and_then(|record| self.revoke(&record, out));
        if had_session {
            self.session_changed(Reason::SignedOut, None, out);
        }
        SignOut { write, revocation }
    }

    fn revoke(&mut self, record: &Record, out: &mut Vec<Effect>) -> Option<ExchangeId> {
        let token = record.tokens.refresh_token.as_ref()?;
        let request = revocation(&self.config, token)?;
        let id = ExchangeId(self.next_id());
        out.push(Effect::Send(id, request));
        Some(id)
    }

    /// A revocation has ended; RFC 7009 §2.2 leaves nothing to be done about how.
    fn revoked(&mut self, id: ExchangeId) {
        for call in &mut self.calls {
            if let Want::SignOut(sign_out) = &mut call.want {
                sign_out.revocation.take_if(|revocation| *revocation == id);
            }
        }
    }
}
