//! The desk: takes calls in, and answers each of them exactly once.

use std::mem;

use super::call::{Command, Reply, Ticket};
use super::config::RefreshMode;
use super::error::{Code, Error};
use super::grant::GrantKind;
use super::ids::{CallId, ExchangeId, WriteId};
use super::io::Effect;
use super::record::{Generation, SessionId, Subject};
use super::session::{ActiveSession, Phase, Session};
use super::time::{Lifetime, Millis, Now, Timestamp};
use super::token::Credentials;

/// An access token that would do.
#[derive(Clone, Debug)]
pub(super) struct TokenWant {
    pub(super) min_validity: Millis,
    pub(super) newer_than: Option<Generation>,
    /// Whether an API refused the token that it must be newer than.
    pub(super) rejected: bool,
    /// The user whose token it must be, if one was signed in when the call was made.
    pub(super) user: Option<SessionId>,
}

/// How far a sign-out has come.
#[derive(Clone, Debug, Default)]
pub(super) struct SignOut {
    pub(super) write: Option<WriteId>,
    pub(super) revocation: Option<ExchangeId>,
}

/// What a call is waiting for.
#[derive(Clone, Debug)]
pub(super) enum Want {
    /// The record has not been read yet, so that the ask has no meaning yet.
    Undecided(Command),
    Session,
    Token(TokenWant),
    SignIn {
        credentials: Credentials,
        /// Whether the visitor's token was refreshed for it already.
        guest_refreshed: bool,
    },
    Guest,
    SignOut(SignOut),
}

/// One promise that the application is waiting on.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) want: Want,
    pub(super) deadline: Timestamp,
}

/// A token that came by a 401 and is refused again within this time will not be better for
/// another refresh: the API does not take this server's tokens.
const FUTILE_REFRESH_WINDOW: Millis = Millis::from_secs(30);

/// A token whose life was over within this time had none to begin with; one that is older was
/// overtaken by sleep, and a refresh gives a better one.
const NO_LIFETIME_WINDOW: Millis = Millis::from_secs(60);

impl Session {
    pub(super) fn call(&mut self, id: CallId, command: Command, now: Now, out: &mut Vec<Effect>) {
        let deadline = now.mono.after(self.config.timeout());
        let call = Call { id, want: Want::Undecided(command), deadline };
        if self.disposed {
            out.push(Effect::Reply(id, Err(Error::new(Code::Disposed))));
        } else if self.is_restoring() {
            self.calls.push(call);
        } else {
            self.resolve(call, now, out);
        }
    }

    /// Gives an ask its meaning in the session that there is, and answers it if that can be done.
    pub(super) fn resolve(&mut self, mut call: Call, now: Now, out: &mut Vec<Effect>) {
        if let Want::Undecided(command) = call.want {
            call.want = self.interpret(command, out);
        }
        match self.answer(&call, now) {
            Some(result) => out.push(Effect::Reply(call.id, result)),
            None => self.calls.push(call),
        }
    }

    fn interpret(&mut self, command: Command, out: &mut Vec<Effect>) -> Want {
        match command {
            Command::Session => Want::Session,
            Command::Token { min_validity, force_refresh } => Want::Token(TokenWant {
                min_validity,
                newer_than: force_refresh.then_some(self.token_serial),
                rejected: false,
                user: self.user(),
            }),
            Command::Replacement(ticket) => Want::Token(TokenWant {
                min_validity: Millis::ZERO,
                newer_than: Some(ticket.token_serial),
                rejected: true,
                user: ticket.user,
            }),
            Command::SignIn(credentials) => Want::SignIn { credentials, guest_refreshed: false },
            Command::SignInAsGuest => Want::Guest,
            Command::SignOut => Want::SignOut(self.sign_out(out)),
        }
    }

    fn user(&self) -> Option<SessionId> {
        let record = self.active.as_ref().map(|active| &active.record)?;
        (record.subject == Subject::User).then_some(record.id)
    }

    /// Answers a call if it is still waiting.
    pub(super) fn reply(&mut self, id: CallId, result: Result<Reply, Error>, out: &mut Vec<Effect>) {
        if let Some(at) = self.calls.iter().position(|call| call.id == id) {
            let call = self.calls.remove(at);
            self.reply_and_forget(&call, result, out);
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
        answer: &dyn Fn(&Session, &Call) -> Option<Result<Reply, Error>>,
    ) {
        for call in mem::take(&mut self.calls) {
            match answer(self, &call) {
                Some(result) => self.reply_and_forget(&call, result, out),
                None => self.calls.push(call),
            }
        }
    }

    /// Answers a call that waited. A sign-out is carried out even so, once there is what to end.
    fn reply_and_forget(&mut self, call: &Call, result: Result<Reply, Error>, out: &mut Vec<Effect>) {
        self.sign_out_pending |= matches!(call.want, Want::Undecided(Command::SignOut));
        out.push(Effect::Reply(call.id, result));
    }

    /// Answers those who waited for an exchange that failed: with the token that is there, if it
    /// will do, and else with the failure.
    pub(super) fn answer_failed(&mut self, error: &Error, now: Now, out: &mut Vec<Effect>) {
        self.answer_each(out, &|session, call| match &call.want {
            Want::Token(_) | Want::Guest => session.answer(call, now).or_else(|| Some(Err(error.clone()))),
            Want::SignIn { guest_refreshed: true, .. } if session.should_keep_guest(error, now) => {
                Some(Err(error.clone()))
            }
            Want::Undecided(_) | Want::Session | Want::SignIn { .. } | Want::SignOut(_) => None,
        });
    }

    /// Whether a sign-in would lose a visitor whom a later one may still carry over: one whose token
    /// is over, and whose refresh may yet succeed.
    fn should_keep_guest(&self, error: &Error, now: Now) -> bool {
        let over = self.active.as_ref().is_some_and(|active| active.record.tokens.is_expired(now));
        over && error.code.is_transient()
    }

    /// Gives the token that has just come to those who waited for it, however short its life.
    pub(super) fn answer_with_new_token(&mut self, now: Now, out: &mut Vec<Effect>) {
        self.answer_each(out, &|session, call| {
            let Want::Token(want) = &call.want else { return None };
            let active = session.active.as_ref()?;
            let tokens = &active.record.tokens;
            let best = !tokens.is_expired(now) || tokens.age(now) <= NO_LIFETIME_WINDOW;
            (best && session.is_for_right_user(want) && is_newer(active, want)).then(|| Ok(token(active)))
        });
    }

    /// The answer to a call, as far as there is one by now.
    pub(super) fn answer(&self, call: &Call, now: Now) -> Option<Result<Reply, Error>> {
        let answer = match &call.want {
            Want::Undecided(_) | Want::SignIn { .. } => None,
            Want::Session => Some(self.unusable.clone().map_or_else(|| Ok(Reply::Session(self.view())), Err)),
            Want::Token(want) => self.token(want).or_else(|| self.token_in_time(want, call, now)),
            Want::Guest => self.guest_session(call, now),
            Want::SignOut(SignOut { write: None, revocation: None }) => Some(Ok(Reply::SignedOut)),
            Want::SignOut(_) => None,
        };
        answer.or_else(|| (call.deadline <= now.mono).then(|| Err(self.timeout_error(call))))
    }

    fn timeout_error(&self, call: &Call) -> Error {
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
    fn token(&self, want: &TokenWant) -> Option<Result<Reply, Error>> {
        if let Some(error) = &self.unusable {
            return Some(Err(error.clone()));
        }
        if !self.is_for_right_user(want) {
            let ended = self.ended.clone();
            return Some(Err(ended.unwrap_or_else(|| Error::new(Code::SignedOut))));
        }
        let somebody = self.active.is_some() || self.config.guest_on_first_use() || self.is_signing_in();
        (!somebody).then(|| Err(self.ended.clone().unwrap_or_else(|| Error::new(Code::LoginRequired))))
    }

    fn token_in_time(&self, want: &TokenWant, call: &Call, now: Now) -> Option<Result<Reply, Error>> {
        if let Some(active) = &self.active {
            let patient = call.deadline > now.mono && self.waits_for_refresh(active, now);
            if is_newer(active, want) && self.is_usable(active, want, now) && !patient {
                return Some(Ok(token(active)));
            }
            if want.rejected && !is_newer(active, want) && self.is_futile(active, now) {
                return Some(Err(Error::new(Code::TokenRejected)));
            }
            let tokens = &active.record.tokens;
            let successor = matches!(self.phase, Phase::Storing(_));
            if tokens.refresh_token.is_none() && !tokens.is_expired(now) && !successor {
                return Some(Err(Error::because(Code::LoginRequired, "no refresh token")));
            }
        }
        self.failure_until_after(call, now)
    }

    /// Whether another refresh would only give a token that is refused as well. A token whose life
    /// is over was refused for that.
    fn is_futile(&self, active: &ActiveSession, now: Now) -> bool {
        let tokens = &active.record.tokens;
        active.follows_rejection && tokens.age(now) < FUTILE_REFRESH_WINDOW && !tokens.is_expired(now)
    }

    /// Whether the token is for the one who wants it: never another's in place of a user's.
    fn is_for_right_user(&self, want: &TokenWant) -> bool {
        want.user.is_none() || want.user == self.user()
    }

    fn is_usable(&self, active: &ActiveSession, want: &TokenWant, now: Now) -> bool {
        let tokens = &active.record.tokens;
        if tokens.is_expired(now) || matches!(self.phase, Phase::Storing(_) | Phase::ConfirmingRejection(_)) {
            return false;
        }
        if tokens.refresh_token.is_none() {
            return true;
        }
        let enough = match tokens.lifetime {
            Lifetime::Unknown => Millis::ZERO,
            Lifetime::Known(lifetime) => want.min_validity.min(lifetime.thousandths(500)),
        };
        tokens.remaining(now) >= enough
    }

    /// On demand, nobody refreshes behind a call: the call whose token is due waits for it, since
    /// what is still under way when all calls are answered may be cut by the host.
    fn waits_for_refresh(&self, active: &ActiveSession, now: Now) -> bool {
        let refreshes = match &self.phase {
            Phase::Exchanging(exchange) => exchange.kind() == GrantKind::Refresh,
            Phase::Ready => self.pacing.refresh_at().is_none_or(|at| at <= now.mono),
            Phase::Locking(_) | Phase::ConfirmingRejection(_) => true,
            Phase::New | Phase::Reading(_) | Phase::AskingPeers(_) | Phase::Storing(_) => false,
        };
        let can = active.record.tokens.refresh_token.is_some();
        self.config.options.refresh == RefreshMode::OnDemand
            && can
            && refreshes
            && self.is_due_for_refresh(active, now)
    }

    fn guest_session(&self, call: &Call, now: Now) -> Option<Result<Reply, Error>> {
        match &self.active {
            Some(active) if active.record.subject == Subject::Guest => Some(Ok(Reply::Session(self.view()))),
            Some(_) => Some(Err(Error::new(Code::SignedIn))),
            None if self.config.guest.is_none() => {
                let must = "must give a username and a password for this server";
                Some(Err(Error::naming(Code::InvalidOption, "guest", must)))
            }
            None => self.failure_until_after(call, now),
        }
    }

    /// The last failure, if the next attempt would come too late for the call.
    fn failure_until_after(&self, call: &Call, now: Now) -> Option<Result<Reply, Error>> {
        let ready = matches!(self.phase, Phase::Ready);
        self.pacing.failure_until_after(call.deadline, now.mono).filter(|_| ready).map(Err)
    }

    fn is_signing_in(&self) -> bool {
        let under_way = matches!(self.phase, Phase::Storing(_))
            || self.exchange().is_some_and(|exchange| exchange.kind() == GrantKind::SignIn);
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

fn is_newer(active: &ActiveSession, want: &TokenWant) -> bool {
    want.newer_than.is_none_or(|token_serial| active.token_serial > token_serial)
}

fn token(active: &ActiveSession) -> Reply {
    let record = &active.record;
    Reply::Token(
        record.tokens.access_token.clone(),
        Ticket::new(active.token_serial, record.subject, record.id),
    )
}
