//! Each effect is expected.

use storefront_token_client::core::event::{Event, Refresh};
use storefront_token_client::core::io::{Effect, Input};

use super::model::PendingExchange;
use super::{Invariants, Moment, STORAGE_LIMIT};
use crate::parse::Form;
use crate::server::Server;

impl Invariants {
    pub(super) fn check_effect(&mut self, effect: &Effect, moment: &Moment, server: &Server) {
        match effect {
            Effect::Load(read) => {
                self.reading = Some(*read);
                let again =
                    self.held.is_some() || matches!(moment.input, Input::Shown | Input::RecordChanged);
                self.reading_until = again.then_some(moment.now.mono + STORAGE_LIMIT);
            }
            Effect::Lock(lock, _) => {
                let free = self.lock.is_none();
                self.check(free, "one_lock_at_a_time", || format!("{lock:?}"));
                self.reading = Some(*lock);
                self.reading_until = None;
                self.lock = Some(*lock);
            }
            Effect::Unlock(lock) => {
                let held = self.lock.take() == Some(*lock);
                self.check(held, "only_a_requested_lock_is_released", || format!("{lock:?}"));
                // An exchange without a lock is allowed only if its session has ended.
                self.outlasting.extend(self.pending_exchange.take().map(|exchange| exchange.id));
                self.reading.take_if(|reading| reading == lock);
            }
            Effect::Broadcast(message) => {
                self.check(self.shares, "a_page_without_peers_broadcasts_nothing", || format!("{message:?}"));
            }
            Effect::ForgetPeers(_) => {
                self.check(false, "a_page_without_a_register_removes_nobody_from_it", String::new);
            }
            Effect::Store(write, Some(record)) => {
                self.note_adoption(*write, record, moment, server);
                let expected = self.pending.as_ref().is_some_and(|(pending, ..)| pending == write);
                let expected = expected || self.is_held(record);
                self.check(expected, "only_new_tokens_are_written", || format!("{:?}", moment.input));
            }
            Effect::SetAside(_) => {
                self.check(self.foreign, "only_a_foreign_record_is_set_aside", String::new)
            }
            Effect::Store(_, None) | Effect::Forget(..) => self.check_removal(moment),
            Effect::Send(id, request) => {
                let form = Form::of(request);
                match request.url.as_str() {
                    crate::scenario::TOKEN_ENDPOINT => {
                        let sent = PendingExchange { id: *id, kind: form.kind(), sent: moment.now };
                        self.check_request(&form, &sent, server);
                        // The session goes on without the lock if it has waited long enough.
                        let lock = self.lock;
                        self.reading.take_if(|reading| Some(*reading) == lock);
                        self.pending_exchange = Some(sent);
                    }
                    url => {
                        self.revocations.push(*id);
                        self.check(
                            url == crate::scenario::REVOCATION,
                            "requests_go_to_the_endpoints_only",
                            || url.to_owned(),
                        );
                    }
                }
            }
            Effect::Abort(id) => {
                let was = self.pending_exchange.take_if(|pending_exchange| pending_exchange.id == *id);
                let others = [&mut self.outlasting, &mut self.revocations];
                let other = others.into_iter().any(|ids| ids.extract_if(.., |other| other == id).count() > 0);
                let expected = was.is_some() || other;
                self.check(expected, "only_what_is_under_way_is_aborted", || format!("{id:?}"));
            }
            Effect::Reply(id, result) => self.check_reply(*id, result, moment, server),
            Effect::Emit(event) => {
                self.check(!self.disposed, "a_disposed_client_is_silent", || format!("{event:?}"));
                if let Event::TokenRefresh(Refresh::Retrying { retry_in, .. }) = event {
                    self.retry_at = Some(moment.now.mono + retry_in.get() as i64);
                }
            }
        }
    }

    /// Tokens that come after their session has ended are revoked at once.
    pub(super) fn check_late_tokens(&mut self, refresh_token: Option<String>, moment: &Moment) {
        let Some(token) = refresh_token else { return };
        let revoked = moment.effects.iter().any(|effect| {
            matches!(effect, Effect::Send(_, request) if Form::of(request).get("token") == Some(&token))
        });
        self.check(revoked, "tokens_for_an_ended_session_are_revoked", || token);
    }
}
