//! Revocations (RFC 7009): tells the server which refresh tokens are no longer needed.

use std::mem;
use std::rc::Rc;

use super::Session;
use super::phase::{Exchange, Phase};
use crate::core::error::{Code, Error};
use crate::core::grant::{Grant, revocation};
use crate::core::ids::ExchangeId;
use crate::core::io::Effect;
use crate::core::record::Record;
use crate::core::response::ExchangeResult;
use crate::core::time::{Millis, Now, Timestamp};
use crate::core::token::RefreshToken;
use crate::core::verdict::{Verdict, judge};

/// A revocation without a response is aborted after this time.
const RESPONSE_LIMIT: Millis = Millis::from_secs(30);

/// The pause doubles with each attempt, unless the server says how long to wait.
const FIRST_PAUSE: Millis = Millis::from_secs(1);
const LONGEST_PAUSE: Millis = Millis::from_secs(600);
const ATTEMPTS: u32 = 5;

/// The tokens whose revocation the server has not confirmed.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Revocations {
    pending: Vec<Revocation>,
    /// Why a revocation failed, since the last sign-out began.
    failure: Option<Error>,
}

#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
struct Revocation {
    /// The refresh token, or the grant whose response may still have one.
    grant: Grant,
    /// Whether the original token request still runs. Its session has ended meanwhile, and its tokens will be revoked.
    is_exchange: bool,
    /// The request that is under way.
    sent: Option<ExchangeId>,
    /// If a request is under way: when it is aborted. Otherwise: when the next attempt is due.
    until: Option<Timestamp>,
    attempts: u32,
    /// Why the last attempt failed.
    error: Option<Error>,
}

impl Revocation {
    fn of(grant: Grant) -> Revocation {
        Revocation { grant, is_exchange: false, sent: None, until: None, attempts: 0, error: None }
    }
}

impl Revocations {
    /// When the next revocation is due, or one that is under way times out.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.pending.iter().filter_map(|revocation| revocation.until).min()
    }

    /// When a request that is under way is aborted.
    pub(super) fn response_limit(&self) -> Option<Timestamp> {
        let sent = self.pending.iter().filter(|revocation| revocation.sent.is_some());
        sent.filter_map(|revocation| revocation.until).min()
    }

    /// A sign-out begins. Its call reports the failures from now on.
    pub(super) fn forget_failure(&mut self) {
        self.failure = None;
    }

    pub(super) fn are_done(&self) -> bool {
        self.pending.is_empty()
    }

    /// Why the server has not revoked a token, or not yet.
    pub(super) fn error(&self) -> Option<Error> {
        self.failure.clone().or_else(|| self.pending.iter().find_map(|each| each.error.clone()))
    }
}

impl Session {
    /// Has the record's refresh token revoked, if the server has an endpoint for that.
    pub(super) fn revoke(&mut self, record: &Record) {
        self.revoke_token(record.tokens.refresh_token.clone());
    }

    fn revoke_token(&mut self, token: Option<RefreshToken>) {
        if let Some(token) = token.filter(|_| self.can_revoke()) {
            self.revocations.pending.push(Revocation::of(Grant::RefreshToken(token)));
        }
    }

    fn can_revoke(&self) -> bool {
        self.config.options.revocation_endpoint.is_some()
    }

    /// The session has ended while an exchange is under way. The exchange goes on if its tokens can be revoked, since the
    /// server may have granted them already; otherwise it is aborted. Gives the record that was being written.
    pub(super) fn abandon_or_revoke_exchange(&mut self) -> Option<Rc<Record>> {
        if !self.can_revoke() || !matches!(self.phase, Phase::Exchanging(_)) {
            return self.abandon_exchange();
        }
        if let Phase::Exchanging(exchange) = self.enter(Phase::Ready) {
            let Exchange { id, grant, purpose, .. } = exchange;
            let (sent, until) = (Some(id), Some(purpose.wait.until()));
            let revocation = Revocation { is_exchange: true, sent, until, ..Revocation::of(grant) };
            self.revocations.pending.push(revocation);
        }
        None
    }

    /// Sends the revocations that are due, and aborts requests that have had no response for too long.
    pub(super) fn send_revocations(&mut self, now: Now) {
        for mut pending in mem::take(&mut self.revocations.pending) {
            if pending.until.is_some_and(|until| until > now.mono) {
                self.revocations.pending.push(pending);
            } else if let Some(id) = pending.sent.take() {
                self.effect(Effect::Abort(id));
                self.revocation_failed(pending, Error::because(Code::Network, "no response"), now);
            } else if let Grant::RefreshToken(token) = &pending.grant
                && let Some(request) = revocation(&self.config, token, self.secret_place)
            {
                let id = ExchangeId(self.next_id());
                self.effect(Effect::Send(id, Box::new(request)));
                pending.sent = Some(id);
                pending.until = Some(now.mono.after(RESPONSE_LIMIT));
                self.revocations.pending.push(pending);
            }
        }
    }

    /// A revocation has ended, or an exchange whose session had ended before.
    pub(super) fn revocation_ended(&mut self, id: ExchangeId, result: &ExchangeResult, now: Now) {
        let pending = &mut self.revocations.pending;
        let Some(at) = pending.iter().position(|each| each.sent == Some(id)) else { return };
        let ended = pending.remove(at);
        let verdict = judge(&self.config.server, &ended.grant, result);
        if ended.is_exchange {
            if let Verdict::Granted(granted) = verdict {
                self.revoke_token(granted.refresh_token);
            }
        } else if let Some(error) = revocation_error(verdict).filter(|_| !result.is_success()) {
            self.revocation_failed(ended, error, now);
        }
    }

    /// The server has not revoked the token: tries again later (RFC 7009 §2.2.1), or gives up.
    fn revocation_failed(&mut self, mut failed: Revocation, error: Error, now: Now) {
        failed.attempts += 1;
        if failed.is_exchange || !error.code.is_transient() || failed.attempts == ATTEMPTS {
            self.revocations.failure = Some(error);
            return;
        }
        let pause = error.retry_after.unwrap_or(Millis::new(FIRST_PAUSE.get() << failed.attempts >> 1));
        failed.sent = None;
        failed.until = Some(now.mono.after(pause.max(FIRST_PAUSE).min(LONGEST_PAUSE)));
        failed.error = Some(error);
        self.revocations.pending.push(failed);
    }
}

/// Why the server has not revoked a token. A token that it does not know counts as revoked (RFC 7009 §2.2); an objection to
/// the request does not (§2.2.1).
fn revocation_error(verdict: Verdict) -> Option<Error> {
    match verdict {
        Verdict::Failed(error) => Some(error),
        Verdict::RefreshRefused(error) => {
            let code = error.oauth.as_ref().and_then(|oauth| oauth.error.as_deref());
            matches!(code, Some("unsupported_token_type" | "invalid_request")).then_some(error)
        }
        Verdict::Granted(_) | Verdict::RefreshTokenRejected(_) => None,
    }
}
