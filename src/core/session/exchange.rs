//! Exchanges: sends grants to the token endpoint, and draws the consequences of the responses.

use std::rc::Rc;

use super::Session;
use super::ended::EndedSession;
use super::held::Lineage;
use super::phase::{Exchange, Phase, Purpose, Storing};
use super::wait::{REFUSABLE_WRITE_LIMIT, STORAGE_LIMIT, Wait};
use crate::core::call::Reply;
use crate::core::client_authentication::SecretPlace;
use crate::core::error::{Code, Error, RESPONSE_LOST};
use crate::core::event::{Event, Reason, Refresh};
use crate::core::grant::{Grant, GrantKind};
use crate::core::granted::Granted;
use crate::core::ids::{CallId, ExchangeId};
use crate::core::io::Effect;
use crate::core::message::Message;
use crate::core::record::{Attempts, Generation, Record, SessionId, Subject};
use crate::core::response::ExchangeResult;
use crate::core::session_ids::SessionIds;
use crate::core::time::{Millis, Now};
use crate::core::token::TokenSet;
use crate::core::verdict::{Verdict, judge};

/// An exchange without a response is aborted after this time, so that the next one can begin.
const EXCHANGE_LIMIT: Millis = Millis::from_secs(120);

/// If the limit is exceeded by more than this, the machine was asleep, and the response may be waiting in
/// the socket.
const SUSPENDED_AFTER: Millis = Millis::from_secs(10);
/// How much longer to wait for that response.
const AFTER_SLEEP: Millis = Millis::from_secs(30);

impl Session {
    /// Sends a grant.
    pub(super) fn send(&mut self, kind: GrantKind, now: Now) {
        self.send_with(self.secret_place, kind, now);
    }

    fn send_with(&mut self, secret_place: SecretPlace, kind: GrantKind, now: Now) {
        let (grant, call) = match kind {
            GrantKind::Adoption => return self.store_adopted(now),
            GrantKind::SignIn => self.sign_in_grant(),
            GrantKind::Guest => (self.guest_grant(now), None),
            GrantKind::Refresh => (self.refresh_grant(now), None),
        };
        let Some(grant) = grant else { return };
        let id = ExchangeId(self.next_id());
        if !self.is_alone_with_locks() {
            self.broadcast(&Message::Busy(self.held_id()));
        }
        if kind == GrantKind::Refresh {
            self.record_refresh_start(now);
        }
        self.effect(Effect::Send(id, Box::new(grant.request(&self.config, secret_place))));
        self.enter(Phase::Exchanging(Exchange {
            id,
            grant,
            secret_place,
            sent: now,
            purpose: self.purpose(kind, call, now),
        }));
    }

    pub(super) fn purpose(&self, kind: GrantKind, call: Option<CallId>, now: Now) -> Purpose {
        let (session, rejecting_addresses) = (self.held_id(), self.calls.rejecting_addresses());
        Purpose { kind, session, call, rejecting_addresses, wait: Wait::of(EXCHANGE_LIMIT, now) }
    }

    fn sign_in_grant(&self) -> (Option<Grant>, Option<CallId>) {
        let Some((call, want)) = self.calls.sign_in() else { return (None, None) };
        let guest = self.mergeable_guest().map(|guest| guest.record.tokens.access_token.clone());
        (Some(Grant::Password { credentials: want.credentials.clone(), guest }), Some(call))
    }

    fn guest_grant(&mut self, now: Now) -> Option<Grant> {
        self.pacing.record_guest(now.mono);
        self.config.guest_grant.as_ref().map(|guest| Grant::Guest(guest.0.clone()))
    }

    /// If a sign-in waits, the refresh is for the guest that it merges, and happens once per sign-in.
    fn refresh_grant(&mut self, now: Now) -> Option<Grant> {
        self.pacing.record_refresh(now.mono);
        if let Some(sign_in) = self.calls.sign_in_mut() {
            sign_in.guest_refreshed = true;
        }
        self.record()?.tokens.refresh_token.clone().map(Grant::RefreshToken)
    }

    /// Notes in the record that a refresh is under way, for the page that may come after this one.
    fn record_refresh_start(&mut self, now: Now) {
        let Some(active) = self.active_mut() else { return };
        // An earlier refresh was sent, and nothing tells of its response.
        let is_unanswered = active.attempts.latest_at.is_some() && active.attempts.refusals.is_none();
        active.response_lost |= is_unanswered;
        active.attempts.latest_at = Some(now.wall);
        active.attempted_at = Some(now.wall);
        self.store_held_record(now);
    }

    /// Stores the record that is held, with what is known of failed refreshes.
    pub(super) fn store_held_record(&mut self, now: Now) {
        let storage = self.config.options.storage;
        // A custom storage may bill or limit writes. It gets this write only if it has a lock: then it serves several
        // clients.
        if !storage.has_lock() && storage.is_custom() {
            return;
        }
        if let Some(active) = self.active().filter(|active| active.stored) {
            let (record, attempts) = (Rc::clone(&active.record), active.attempts);
            self.store_record(&record, attempts, now);
        }
    }

    /// Aborts an exchange that has had no response for too long.
    pub(super) fn exchange_timeout(&mut self, now: Now) {
        let Phase::Exchanging(exchange) = &mut self.phase else { return };
        if exchange.purpose.wait.extend_once_after_sleep(SUSPENDED_AFTER, AFTER_SLEEP, now) {
            return;
        }
        if let Phase::Exchanging(exchange) = self.enter(Phase::Ready) {
            self.effect(Effect::Abort(exchange.id));
            self.fail(&exchange, &Error::because(Code::Network, "no response"), now);
        }
    }

    /// An exchange, or a revocation, has ended.
    pub(super) fn exchange_ended(&mut self, id: ExchangeId, result: &ExchangeResult, now: Now) {
        if !matches!(&self.phase, Phase::Exchanging(exchange) if exchange.id == id) {
            // It is a revocation, or an exchange that was aborted, or one whose session has ended meanwhile.
            return self.revocation_ended(id, result, now);
        }
        let Phase::Exchanging(exchange) = self.enter(Phase::Ready) else { return };
        let verdict = self.judge(&exchange.grant, result);
        if verdict.accepts_client() {
            self.secret_place = exchange.secret_place;
        }
        match verdict {
            Verdict::Granted(granted) => self.granted(exchange, granted, now),
            Verdict::RefreshTokenRejected(error) => self.refresh_rejected(&exchange, error, now),
            Verdict::RefreshRefused(error) => self.refresh_refused(&exchange, &error, now),
            Verdict::Failed(error) => self.repeat_or_fail(&exchange, &error, now),
        }
    }

    /// The exchange failed. If the server has not accepted the client, the other way to authenticate may help. A
    /// refresh has no second try: the server may have used the refresh token up.
    fn repeat_or_fail(&mut self, exchange: &Exchange, error: &Error, now: Now) {
        let code = error.oauth.as_ref().and_then(|oauth| oauth.error.as_deref());
        let refused = error.code == Code::ClientRejected && code == Some("invalid_client");
        let is_first = exchange.secret_place == SecretPlace::ByProfile;
        let repeats = refused && exchange.purpose.kind != GrantKind::Refresh && is_first;
        if repeats && self.config.can_move_secret_to_header() && self.page.may_send() {
            self.send_with(SecretPlace::Header, exchange.purpose.kind, now);
        } else {
            self.fail(exchange, error, now);
        }
    }

    /// The verdict on an exchange of this grant.
    fn judge(&self, grant: &Grant, result: &ExchangeResult) -> Verdict {
        match result {
            ExchangeResult::NoResponse => Verdict::Failed(self.unreachable()),
            ExchangeResult::Response(_) => judge(&self.config.server, grant, result),
        }
    }

    /// The error of an exchange without a response. The host does not give the reason, so this names the possible ones.
    pub(super) fn unreachable(&self) -> Error {
        if self.page.offline {
            return Error::because(Code::Network, "the host says that it is offline");
        }
        let mut detail = self.config.options.token_endpoint.origin.clone();
        detail.push_str(" is down, the path is wrong, or CORS or connect-src forbids it");
        Error::because(Code::Network, &detail)
    }

    /// The server rejected the refresh token. This matters only if the token is still the newest.
    pub(super) fn refresh_rejected(&mut self, exchange: &Exchange, error: Error, now: Now) {
        if self.has_sent_newest(exchange) {
            let lost = self.active().is_some_and(|active| active.response_lost);
            let error = if lost { error.login_required(Some(RESPONSE_LOST)) } else { error };
            self.confirm_rejection(error, now);
        }
    }

    fn granted(&mut self, exchange: Exchange, granted: Granted, now: Now) {
        let record = self.successor(&exchange, granted);
        self.store_new(record, exchange.purpose, now);
    }

    /// Has the record of new tokens written.
    pub(super) fn store_new(&mut self, mut record: Record, purpose: Purpose, now: Now) {
        if purpose.kind != GrantKind::Refresh {
            Lineage { replaces: record.replaces, kept_beside: record.kept_beside } = self.lineage();
        }
        let record = Rc::new(record);
        let write = self.store_record(&record, Attempts::default(), now);
        let may_refuse = self.config.options.storage.has_lock();
        let until = now.mono.after(if may_refuse { REFUSABLE_WRITE_LIMIT } else { STORAGE_LIMIT });
        self.enter(Phase::Storing(Storing { write, record, purpose, until }));
    }

    /// The record with the granted tokens. What a refresh response omits stays as it was (RFC 6749 §6).
    fn successor(&mut self, exchange: &Exchange, granted: Granted) -> Record {
        let refreshed = self.record().filter(|_| exchange.purpose.kind == GrantKind::Refresh).cloned();
        let old = refreshed.as_ref().map(|record| &record.tokens);
        let requested = || self.config.options.scope.clone();
        let old_token = old.and_then(|old| old.refresh_token.clone());
        let refresh_token = granted.refresh_token.or_else(|| old_token.clone());
        let stated = granted.refresh_lifetime.map(|lifetime| exchange.sent.wall.after(lifetime));
        let kept = old.filter(|_| refresh_token == old_token).and_then(|old| old.refresh_expires_at);
        let tokens = TokenSet {
            access_token: granted.access_token,
            refresh_token,
            refresh_expires_at: stated.or(kept),
            scope: granted.scope.or_else(|| old.map_or_else(requested, |old| old.scope.clone())),
            lifetime: granted.lifetime,
            sent: exchange.sent,
        };
        let client_checksum = Some(self.config.client_checksum(self.secret_place));
        let attempts = Attempts::default();
        if let Some(before) = refreshed {
            let generation = before.generation.next();
            return Record {
                unused: false,
                generation,
                tokens,
                client_checksum,
                attempts,
                ..Record::clone(&before)
            };
        }
        let signs_in = exchange.purpose.kind == GrantKind::SignIn;
        Record {
            id: SessionId::new(self.random.bits()),
            subject: if signs_in { Subject::User } else { Subject::Guest },
            replaces: SessionIds::default(),
            kept_beside: SessionIds::default(),
            unused: !signs_in && self.may_give_guests_up() && !self.calls.any_wants_token(),
            generation: Generation::default(),
            tokens,
            client_checksum,
            attempts,
        }
    }

    /// Uses the new tokens. They are stored, or cannot be stored.
    pub(super) fn commit(&mut self, now: Now) {
        let Phase::Storing(Storing { record, purpose, .. }) = self.enter(Phase::Ready) else { return };
        if let Some(id) = self.held_id().filter(|id| *id != record.id) {
            self.ended.remember(EndedSession { id, signed_out: None });
        }
        let replaced = self.record().filter(|held| held.subject == Subject::User && held.id != record.id);
        if let Some(replaced) = replaced.cloned() {
            self.revoke(&replaced);
        }
        let lost = self.vacancy().and_then(|vacancy| vacancy.lost.as_ref());
        let replaces_guest = lost.is_some_and(|lost| lost.subject == Subject::Guest);
        self.activate(record.clone(), now);
        let mut rejecting_addresses = purpose.rejecting_addresses;
        rejecting_addresses.append(&mut self.calls.rejecting_addresses());
        if let Some(active) = self.active_mut() {
            active.rejecting_addresses.append(&mut rejecting_addresses);
        }
        match purpose.kind {
            GrantKind::Refresh => self.emit(Event::TokenRefresh(Refresh::Refreshed)),
            GrantKind::Guest if replaces_guest => self.session_changed(Reason::GuestReplaced, None),
            GrantKind::Guest => self.session_changed(Reason::GuestCreated, None),
            GrantKind::SignIn => self.session_changed(Reason::SignedIn, None),
            GrantKind::Adoption => self.session_changed(Reason::Adopted, None),
        }
        let message = if purpose.kind == GrantKind::Refresh { Message::Newest } else { Message::Begun };
        self.broadcast(&message(record));
        if let Some(call) = purpose.call {
            self.reply(call, Ok(Reply::Session(self.view())));
        }
        if purpose.kind == GrantKind::Adoption {
            // A peer may have adopted the same tokens, and refreshed them since.
            self.call_roll(now);
        } else {
            self.reply_with_new_token(now);
        }
    }

    /// Uses the new tokens although they are not in the storage.
    pub(super) fn commit_unstored(&mut self, now: Now) {
        self.commit(now);
        if let Some(active) = self.active_mut() {
            active.stored = false;
        }
    }

    /// The exchange failed, which says nothing about the session: it is kept.
    pub(super) fn fail(&mut self, exchange: &Exchange, error: &Error, now: Now) {
        match exchange.purpose.call {
            Some(call) => self.reply(call, Err(error.clone())),
            None => self.grant_failed(exchange, error, now),
        }
    }

    /// Abandons the exchange that is under way: its response is no longer of use. Gives the record that was
    /// being written.
    pub(super) fn abandon_exchange(&mut self) -> Option<Rc<Record>> {
        let abandoned = self.enter(Phase::Ready);
        if let Phase::Exchanging(exchange) = &abandoned {
            self.effect(Effect::Abort(exchange.id));
        }
        if let Phase::Storing(storing) = abandoned { Some(storing.record) } else { None }
    }
}
