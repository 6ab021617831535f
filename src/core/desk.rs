//! The desk: takes calls in, and answers each of them exactly once.

use std::mem;

use super::answer::Asked;
use super::call::{Answered, Ask, Call, CallId, Reply, SignOut, Ticket, TokenWant, Want};
use super::config::RefreshMode;
use super::error::{Code, Error};
use super::record::{SessionId, Subject};
use super::session::{Effect, Live, Phase, Session, WriteId};
use super::time::{Life, Millis, Now};

/// A token that came by a 401 and is refused again within this time will not be better for
/// another refresh: the API does not take this server's tokens.
const FUTILE: Millis = Millis::from_secs(30);

/// A token whose life was over within this time had none to begin with; one that is older was
/// overtaken by sleep, and a refresh gives a better one.
const DEAD_ON_ARRIVAL: Millis = Millis::from_secs(60);

impl Session {
    pub(super) fn call(&mut self, id: CallId, ask: Ask, now: Now, out: &mut Vec<Effect>) {
        let deadline = now.mono.after(self.config.timeout());
        let call = Call { id, want: Want::Undecided(ask), deadline };
        if self.disposed {
            out.push(Effect::Reply(id, Err(Error::new(Code::Disposed))));
        } else if self.is_restoring() {
            self.calls.push(call);
        } else {
            self.decide(call, now, out);
        }
    }

    /// Gives an ask its meaning in the session that there is, and answers it if that can be done.
    pub(super) fn decide(&mut self, mut call: Call, now: Now, out: &mut Vec<Effect>) {
        if let Want::Undecided(ask) = call.want {
            call.want = self.meaning(ask, out);
        }
        match self.answer(&call, now) {
            Some(result) => out.push(Effect::Reply(call.id, result)),
            None => self.calls.push(call),
        }
    }

    fn meaning(&mut self, ask: Ask, out: &mut Vec<Effect>) -> Want {
        match ask {
            Ask::Session => Want::Session,
            Ask::Token { min_validity, force_refresh } => Want::Token(TokenWant {
                min_validity,
                newer_than: force_refresh.then_some(self.serial),
                rejected: false,
                user: self.user(),
            }),
            Ask::Replacement(ticket) => Want::Token(TokenWant {
                min_validity: Millis::ZERO,
                newer_than: Some(ticket.serial),
                rejected: true,
                user: ticket.user,
            }),
            Ask::SignIn(credentials) => Want::SignIn { credentials, freshened: false },
            Ask::SignInAsGuest => Want::Guest,
            Ask::SignOut => Want::SignOut(self.sign_out(out)),
        }
    }

    fn user(&self) -> Option<SessionId> {
        let record = self.live.as_ref().map(|live| &live.record)?;
        (record.subject == Subject::User).then_some(record.id)
    }

    /// Answers a call if it is still waiting.
    pub(super) fn reply(&mut self, id: CallId, result: Result<Reply, Error>, out: &mut Vec<Effect>) {
        if let Some(at) = self.calls.iter().position(|call| call.id == id) {
            let call = self.calls.remove(at);
            self.let_go(&call, result, out);
        }
    }

    /// Ends a call's wait; and the wait of those who hoped for the sign-in that it may have been.
    pub(super) fn cancel(&mut self, id: CallId, now: Now, out: &mut Vec<Effect>) {
        let hoped_for =
            self.calls.iter().any(|call| call.id == id && matches!(call.want, Want::SignIn { .. }));
        self.reply(id, Err(Error::new(Code::Aborted)), out);
        if hoped_for {
            self.answer_calls(now, out);
        }
    }

    /// Answers every call that can be answered by what is there, and those whose time is up.
    pub(super) fn answer_calls(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.answer_each(out, &|session, call| session.answer(call, now));
    }

    pub(super) fn answer_each(
        &mut self,
        out: &mut Vec<Effect>,
        answer: &dyn Fn(&Session, &Call) -> Answered,
    ) {
        for call in mem::take(&mut self.calls) {
            match answer(self, &call) {
                Some(result) => self.let_go(&call, result, out),
                None => self.calls.push(call),
            }
        }
    }

    /// Answers a call that waited. A sign-out is carried out even so, once there is what to end.
    fn let_go(&mut self, call: &Call, result: Result<Reply, Error>, out: &mut Vec<Effect>) {
        self.signs_out |= matches!(call.want, Want::Undecided(Ask::SignOut));
        out.push(Effect::Reply(call.id, result));
    }

    /// Answers those who waited for an exchange that failed: with the token that is there, if it
    /// will do, and else with the failure.
    pub(super) fn answer_failed(&mut self, error: &Error, now: Now, out: &mut Vec<Effect>) {
        self.answer_each(out, &|session, call| match &call.want {
            Want::Token(_) | Want::Guest => session.answer(call, now).or_else(|| Some(Err(error.clone()))),
            Want::SignIn { freshened: true, .. } if session.waits_for_visitor(error, now) => {
                Some(Err(error.clone()))
            }
            Want::Undecided(_) | Want::Session | Want::SignIn { .. } | Want::SignOut(_) => None,
        });
    }

    /// Whether a sign-in would lose a visitor whom a later one may still carry over: one whose token
    /// is over, and whose refresh may yet succeed.
    fn waits_for_visitor(&self, error: &Error, now: Now) -> bool {
        let over = self.live.as_ref().is_some_and(|live| live.record.tokens.is_expired(now));
        over && error.code.is_transient()
    }

    /// Gives the token that has just come to those who waited for it, however short its life.
    pub(super) fn answer_with_newborn(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.answer_each(out, &|session, call| {
            let Want::Token(want) = &call.want else { return None };
            let live = session.live.as_ref()?;
            let tokens = &live.record.tokens;
            let best = !tokens.is_expired(now) || tokens.age(now) <= DEAD_ON_ARRIVAL;
            (best && session.is_meant(want) && is_newer(live, want)).then(|| Ok(token(live)))
        });
    }

    /// The answer to a call, as far as there is one by now.
    pub(super) fn answer(&self, call: &Call, now: Now) -> Answered {
        let answer = match &call.want {
            Want::Undecided(_) | Want::SignIn { .. } => None,
            Want::Session => Some(self.unusable.clone().map_or_else(|| Ok(Reply::Session(self.view())), Err)),
            Want::Token(want) => self.token(want).or_else(|| self.token_in_time(want, call, now)),
            Want::Guest => self.guest(call, now),
            Want::SignOut(SignOut { write: None, revocation: None }) => Some(Ok(Reply::SignedOut)),
            Want::SignOut(_) => None,
        };
        answer.or_else(|| (call.deadline <= now.mono).then(|| Err(self.too_late(call))))
    }

    fn too_late(&self, call: &Call) -> Error {
        match &call.want {
            Want::Token(_) | Want::Guest | Want::SignIn { .. } if self.offline => {
                Error::because(Code::Network, "there is no network")
            }
            Want::Undecided(_)
            | Want::Session
            | Want::Token(_)
            | Want::Guest
            | Want::SignIn { .. }
            | Want::SignOut(_) => Error::new(Code::Timeout),
        }
    }

    /// What no time can change about a token that is wanted.
    fn token(&self, want: &TokenWant) -> Answered {
        if let Some(error) = &self.unusable {
            return Some(Err(error.clone()));
        }
        if !self.is_meant(want) {
            let ended = self.ended.clone();
            return Some(Err(ended.unwrap_or_else(|| Error::new(Code::SignedOut))));
        }
        let somebody = self.live.is_some() || self.config.guest_on_first_use() || self.is_signing_in();
        (!somebody).then(|| Err(self.ended.clone().unwrap_or_else(|| Error::new(Code::LoginRequired))))
    }

    fn token_in_time(&self, want: &TokenWant, call: &Call, now: Now) -> Answered {
        if let Some(live) = &self.live {
            let patient = call.deadline > now.mono && self.waits_for_refresh(live, now);
            if is_newer(live, want) && self.is_usable(live, want, now) && !patient {
                return Some(Ok(token(live)));
            }
            if want.rejected && !is_newer(live, want) && self.is_futile(live, now) {
                return Some(Err(Error::new(Code::TokenRejected)));
            }
            let tokens = &live.record.tokens;
            let successor = matches!(self.phase, Phase::Storing(_));
            if tokens.refresh_token.is_none() && !tokens.is_expired(now) && !successor {
                return Some(Err(Error::because(Code::LoginRequired, "no refresh token")));
            }
        }
        self.hopeless(call, now)
    }

    /// Whether another refresh would only give a token that is refused as well. A token whose life
    /// is over was refused for that.
    fn is_futile(&self, live: &Live, now: Now) -> bool {
        let tokens = &live.record.tokens;
        live.born_of_rejection && tokens.age(now) < FUTILE && !tokens.is_expired(now)
    }

    /// Whether the token is for the one who wants it: never another's in place of a user's.
    fn is_meant(&self, want: &TokenWant) -> bool {
        want.user.is_none() || want.user == self.user()
    }

    fn is_usable(&self, live: &Live, want: &TokenWant, now: Now) -> bool {
        let tokens = &live.record.tokens;
        if tokens.is_expired(now) || matches!(self.phase, Phase::Storing(_) | Phase::Doubting(_)) {
            return false;
        }
        if tokens.refresh_token.is_none() {
            return true;
        }
        let enough = match tokens.life {
            Life::Unknown => Millis::ZERO,
            Life::Of(life) => want.min_validity.min(life.thousandths(500)),
        };
        tokens.remaining(now) >= enough
    }

    /// On demand, nobody refreshes behind a call: the call whose token is due waits for it, since
    /// what is still under way when all calls are answered may be cut by the host.
    fn waits_for_refresh(&self, live: &Live, now: Now) -> bool {
        let refreshes = match &self.phase {
            Phase::Exchanging(exchange) => exchange.asked() == Asked::Refresh,
            Phase::Ready => self.pace.refresh_at().is_none_or(|at| at <= now.mono),
            Phase::Locking(_) | Phase::Doubting(_) => true,
            Phase::New | Phase::Reading(_) | Phase::Joining(_) | Phase::Storing(_) => false,
        };
        let can = live.record.tokens.refresh_token.is_some();
        self.config.options.refresh == RefreshMode::OnDemand && can && refreshes && self.is_due(live, now)
    }

    fn guest(&self, call: &Call, now: Now) -> Answered {
        match &self.live {
            Some(live) if live.record.subject == Subject::Guest => Some(Ok(Reply::Session(self.view()))),
            Some(_) => Some(Err(Error::new(Code::SignedIn))),
            None if self.config.visitor.is_none() => {
                let must = "must give a username and a password for this server";
                Some(Err(Error::naming(Code::InvalidOption, "guest", must)))
            }
            None => self.hopeless(call, now),
        }
    }

    /// The last failure, if the next attempt would come too late for the call.
    fn hopeless(&self, call: &Call, now: Now) -> Answered {
        let ready = matches!(self.phase, Phase::Ready);
        self.pace.hopeless(call.deadline, now.mono).filter(|_| ready).map(Err)
    }

    fn is_signing_in(&self) -> bool {
        let under_way = matches!(self.phase, Phase::Storing(_))
            || self.exchange().is_some_and(|exchange| exchange.asked() == Asked::SignIn);
        under_way || self.calls.iter().any(|call| matches!(call.want, Want::SignIn { .. }))
    }

    /// Whether a call waits that only a new token, or a visitor, can answer.
    pub(super) fn token_is_wanted(&self) -> bool {
        self.calls.iter().any(|call| matches!(call.want, Want::Token(_) | Want::Guest))
    }

    /// A write that a sign-out waits for has ended.
    pub(super) fn sign_out_stored(&mut self, write: WriteId, stored: bool, out: &mut Vec<Effect>) {
        let waiting = self.calls.iter_mut().find_map(|call| match &mut call.want {
            Want::SignOut(sign_out) => sign_out.write.take_if(|w| *w == write).map(|_| call.id),
            Want::Undecided(_) | Want::Session | Want::Token(_) | Want::SignIn { .. } | Want::Guest => None,
        });
        if let Some(id) = waiting.filter(|_| !stored) {
            self.reply(id, Err(Error::because(Code::StorageFailed, "removeItem")), out);
        }
    }
}

fn is_newer(live: &Live, want: &TokenWant) -> bool {
    want.newer_than.is_none_or(|serial| live.serial > serial)
}

fn token(live: &Live) -> Reply {
    let record = &live.record;
    Reply::Token(record.tokens.access_token.clone(), Ticket::new(live.serial, record.subject, record.id))
}
