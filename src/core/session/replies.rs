//! Replies: takes calls in, and replies to each of them exactly once.

use super::Session;
use super::active::ActiveSession;
use super::calls::{Call, SignInWant, SignOutWant, TokenWant, Want};
use super::phase::Phase;
use crate::core::call::{CallResult, Command, Reply, Ticket};
use crate::core::config::{RefreshMode, no_guest_grant};
use crate::core::error::{Code, Error};
use crate::core::ids::CallId;
use crate::core::io::Effect;
use crate::core::time::{Lifetime, Millis, Now};

/// A new token may have expired already. If it was requested within this span, its lifetime is almost zero, and it is used
/// all the same. If it was requested earlier, the machine has slept since, and the token is refreshed.
const NO_LIFETIME_WINDOW: Millis = Millis::from_secs(60);

impl Session {
    /// Takes a call in.
    pub(super) fn call(&mut self, id: CallId, command: Command, now: Now) {
        let timeout = if self.page.prerendering { Millis::MAX } else { self.config.timeout() };
        let deadline = now.mono.after(timeout);
        let call = Call { id, want: Want::Undecided(command), deadline };
        if self.calls.is_empty() {
            self.forget_expired_refresh_token(now);
        }
        if self.page.disposed {
            self.effect(Effect::Reply(id, Err(Error::new(Code::Disposed))));
        } else if self.is_restoring() || self.waits_for_activation(&call.want) {
            self.calls.add(call);
        } else {
            self.resolve(call, now);
        }
    }

    /// Decides what a call waits for, given the session that is held, and replies if it need not wait.
    pub(super) fn resolve(&mut self, mut call: Call, now: Now) {
        if let Want::Undecided(command) = call.want {
            call.want = self.interpret(command);
        }
        match self.result_for(&call, now) {
            Some(result) => self.effect(Effect::Reply(call.id, result)),
            None => self.calls.add(call),
        }
    }

    fn interpret(&mut self, command: Command) -> Want {
        match command {
            Command::Session => Want::Session,
            Command::Token { min_validity, force_refresh } => Want::Token(TokenWant {
                min_validity,
                newer_than: force_refresh.then_some(self.token_serial),
                rejecting_address: None,
                user_session: self.user_session(),
            }),
            Command::TokenAfter401(ticket) => Want::Token(TokenWant {
                min_validity: Millis::ZERO,
                newer_than: self.record().and_then(|held| {
                    // A token that is no longer held was replaced already.
                    (held.tokens.access_token == ticket.token).then_some(self.token_serial)
                }),
                rejecting_address: Some(ticket.address),
                user_session: ticket.user_session,
            }),
            Command::SignIn(credentials) => Want::SignIn(SignInWant { credentials, guest_refreshed: false }),
            Command::Adopt(adoption) => Want::Adopt(adoption),
            Command::SignInAsGuest => Want::Guest,
            Command::SignOut => Want::SignOut(self.sign_out()),
        }
    }

    /// Replies to a call, if it still waits.
    pub(super) fn reply(&mut self, id: CallId, result: CallResult) {
        if let Some(call) = self.calls.remove(id) {
            self.reply_to_removed(&call, result);
        }
    }

    /// Replies to a call that was removed from the waiting ones. A sign-out still takes effect once the session is
    /// restored, even if its caller stopped waiting.
    fn reply_to_removed(&mut self, call: &Call, result: CallResult) {
        self.sign_out_pending |= matches!(call.want, Want::Undecided(Command::SignOut));
        self.effect(Effect::Reply(call.id, result));
    }

    /// Replies to all calls for which the function has a result.
    pub(super) fn reply_to_each(&mut self, result: &dyn Fn(&Session, &Call) -> Option<CallResult>) {
        for call in self.calls.take_all() {
            match result(self, &call) {
                Some(result) => self.reply_to_removed(&call, result),
                None => self.calls.add(call),
            }
        }
    }

    /// Replies to all calls that have a result by now, and to those whose time is up.
    pub(super) fn reply_to_calls(&mut self, now: Now) {
        self.reply_to_each(&|session, call| session.result_for(call, now));
    }

    /// Replies to the calls that a sign-out ends.
    pub(super) fn reply_with_signed_out(&mut self) {
        self.reply_to_each(&|_, call| {
            let ends = call.want.needs_token() || call.want.begins_session();
            ends.then(|| Err(Error::new(Code::SignedOut)))
        });
    }

    /// Replies to the calls that waited for an exchange that failed: with the current token, if it is good
    /// enough, or else with the failure.
    pub(super) fn reply_with_failure(&mut self, error: &Error, now: Now) {
        self.reply_to_each(&|session, call| {
            if call.want.needs_token() {
                return session.result_for(call, now).or_else(|| Some(Err(error.clone())));
            }
            let waited = call.want.as_sign_in().is_some_and(|want| want.guest_refreshed);
            (waited && session.should_keep_guest(error, now)).then(|| Err(error.clone()))
        });
    }

    /// Whether to fail a sign-in rather than to lose the guest that it should merge: the guest's token has
    /// expired, but a later refresh may succeed.
    fn should_keep_guest(&self, error: &Error, now: Now) -> bool {
        self.active().is_some_and(|active| active.is_expired(now)) && error.code.is_transient()
    }

    /// Replies with a token that has just been issued, even if it has expired already.
    pub(super) fn reply_with_new_token(&mut self, now: Now) {
        self.reply_to_each(&|session, call| {
            let (want, active) = (call.want.as_token()?, session.active()?);
            let is_acceptable = !active.is_expired(now) || active.age(now) <= NO_LIFETIME_WINDOW;
            (is_acceptable && session.is_for_right_user(want) && is_newer(active, want))
                .then(|| Ok(token(active)))
        });
    }

    /// The result of a call, if there is one by now.
    fn result_for(&self, call: &Call, now: Now) -> Option<CallResult> {
        let result = match &call.want {
            Want::Undecided(_) | Want::SignIn(_) => None,
            Want::Session => Some(Ok(Reply::Session(self.view()))),
            Want::Token(want) => self.final_token_error(want).or_else(|| self.token_result(want, call, now)),
            Want::Adopt(adoption) => self.adoption_result(adoption),
            Want::Guest => self.guest_result(call, now),
            Want::SignOut(SignOutWant { write: None }) if self.revocations.are_done() => {
                Some(self.revocations.error().map_or(Ok(Reply::SignedOut), Err))
            }
            Want::SignOut(_) => None,
        };
        result.or_else(|| (call.deadline <= now.mono).then(|| Err(self.timeout_error(call))))
    }

    fn timeout_error(&self, call: &Call) -> Error {
        let needs_network = call.want.needs_token() || call.want.as_sign_in().is_some();
        let revocation_error = self.revocations.error().filter(|_| matches!(call.want, Want::SignOut(_)));
        if let Some(error) = revocation_error {
            error
        } else if self.page.offline && needs_network {
            self.unreachable()
        } else {
            Error::new(Code::Timeout)
        }
    }

    /// A request was sent again after a 401. If the address accepts the newer token, the refresh has helped, and may help
    /// again. An overloaded server (429, 5xx) says nothing about the token.
    pub(super) fn retried(&mut self, address: &str, status: u16) {
        let is_accepted = matches!(status, 200..=428) && status != 401;
        if let Some(active) = self.active_mut().filter(|_| is_accepted) {
            active.rejecting_addresses.retain(|rejecting| rejecting != address);
        }
    }

    /// The errors that waiting cannot change.
    fn final_token_error(&self, want: &TokenWant) -> Option<CallResult> {
        let vacancy = self.vacancy();
        let code = if !self.is_for_right_user(want) {
            Code::SignedOut
        } else if vacancy.is_some() && !self.config.creates_guests() && !self.may_get_session() {
            Code::LoginRequired
        } else {
            return None;
        };
        let end = vacancy.and_then(|vacancy| vacancy.error.clone());
        Some(Err(end.unwrap_or_else(|| Error::new(code))))
    }

    fn token_result(&self, want: &TokenWant, call: &Call, now: Now) -> Option<CallResult> {
        if let Some(active) = self.active() {
            let waits = call.deadline > now.mono && self.waits_for_refresh(active, now);
            if is_newer(active, want) && self.is_usable(active, want, now) && !waits {
                return Some(Ok(token(active)));
            }
            let is_futile =
                |address: &String| active.is_recent(now) && active.rejecting_addresses.contains(address);
            if !is_newer(active, want) && want.rejecting_address.as_ref().is_some_and(is_futile) {
                return Some(Err(Error::new(Code::TokenRejected)));
            }
            let is_storing = matches!(self.phase, Phase::Storing(_));
            if !active.can_refresh() && !active.is_expired(now) && !is_storing {
                return Some(Err(Error::because(Code::LoginRequired, "there is no refresh token")));
            }
        }
        self.failure_past_deadline(call, now)
    }

    /// Whether the token belongs to the right session: a user's call never gets another user's token, or a
    /// guest's.
    fn is_for_right_user(&self, want: &TokenWant) -> bool {
        want.user_session.is_none() || want.user_session == self.user_session()
    }

    fn is_usable(&self, active: &ActiveSession, want: &TokenWant, now: Now) -> bool {
        if active.is_expired(now) || matches!(self.phase, Phase::Storing(_) | Phase::ConfirmingRejection(_)) {
            return false;
        }
        let enough = match active.record.tokens.lifetime {
            Lifetime::Known(lifetime) if active.can_refresh() => {
                want.min_validity.min(lifetime.thousandths(500))
            }
            Lifetime::Known(_) | Lifetime::Unknown => Millis::ZERO,
        };
        active.remaining(now) >= enough
    }

    /// Whether a call waits for a refresh although the token is still valid. In on-demand mode it does, once the refresh is
    /// due: nothing refreshes in the background, since the host may stop everything when all calls are settled.
    fn waits_for_refresh(&self, active: &ActiveSession, now: Now) -> bool {
        self.config.options.refresh == RefreshMode::OnDemand
            && active.can_refresh()
            && active.is_due(now)
            && self.is_refreshing_for_calls(now)
    }

    fn guest_result(&self, call: &Call, now: Now) -> Option<CallResult> {
        match self.active() {
            Some(active) if active.is_guest() => Some(Ok(Reply::Session(self.view()))),
            Some(_) => Some(Err(Error::new(Code::SignedIn))),
            None if self.config.guest_grant.is_none() => Some(Err(no_guest_grant())),
            None => self.failure_past_deadline(call, now),
        }
    }

    /// The last failure, if the next attempt would be too late for the call.
    fn failure_past_deadline(&self, call: &Call, now: Now) -> Option<CallResult> {
        let ready = matches!(self.phase, Phase::Ready);
        self.pacing.failure_beyond(call.deadline, now.mono).filter(|_| ready).map(Err)
    }

    /// Whether a session may begin in a moment although no guest is created: new tokens are being written, or a
    /// sign-in or an adoption is under way, or waits.
    fn may_get_session(&self) -> bool {
        matches!(self.phase, Phase::Storing(_))
            || self.phase.is_signing_in()
            || self.calls.any_begins_session()
    }
}

fn is_newer(active: &ActiveSession, want: &TokenWant) -> bool {
    want.newer_than.is_none_or(|token_serial| active.token_serial > token_serial)
}

fn token(active: &ActiveSession) -> Reply {
    Reply::Token(active.record.tokens.access_token.clone(), Ticket::of(&active.record))
}
