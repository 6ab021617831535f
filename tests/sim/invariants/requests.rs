//! The invariants of requests.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::grant::GrantKind;

use crate::clock::Shown;
use crate::dialect::Dialect;
use crate::invariants::Invariants;
use crate::invariants::model::PendingExchange;
use crate::parse::Form;
use crate::server::Server;

const SPACING: i64 = 1_000;
const BACKGROUND_SPACING: i64 = 5_000;

impl Invariants {
    pub(crate) fn check_request(&mut self, form: &Form, sent: &PendingExchange, server: &Server) {
        let now = sent.sent;
        let is_held_back = self.leaving || self.offline && self.waiting.is_empty();
        self.check(!is_held_back, "nothing_is_sent_when_no_response_can_come", String::new);
        let locked = self.lock.is_some();
        self.check(locked, "an_exchange_has_its_lock", String::new);
        let busy = self.pending_exchange.is_some() || self.pending.is_some();
        self.check(!busy, "one_exchange_at_a_time", || format!("{:?}", form.names()));
        let signing_in = self.is_waited_for(|command| matches!(command, Command::SignIn(_)));
        match sent.kind {
            GrantKind::Adoption => {
                self.check(false, "an_adoption_sends_nothing", || format!("{:?}", form.names()));
            }
            GrantKind::SignIn => {
                self.check(signing_in, "a_sign_in_has_a_call", || format!("{:?}", form.names()));
                self.check_merged_guest(form, now, server);
            }
            GrantKind::Guest => {
                let wanted =
                    self.is_waited_for(|command| !matches!(command, Command::Session | Command::SignOut));
                self.check(wanted, "a_guest_has_a_call", String::new);
                let held = self.held.clone();
                self.check(held.is_none(), "no_guest_replaces_a_session", || format!("{held:?}"));
                let last = self.guest_at.replace(now.mono);
                self.check_spacing(last, now, SPACING);
                self.check_retry_after(now);
            }
            GrantKind::Refresh => {
                let newest = self.held.as_ref().and_then(|held| held.refresh.clone());
                let ours = newest.as_deref() == form.get("refresh_token");
                self.check(ours, "the_newest_refresh_token_is_sent", || format!("{newest:?}"));
                let spacing = if self.waiting.is_empty() { BACKGROUND_SPACING } else { SPACING };
                let last = self.refreshed_at.replace(now.mono);
                self.check_not_early(now, server);
                if !signing_in {
                    self.check_spacing(last, now, spacing);
                    self.check_retry_after(now);
                }
            }
        }
    }

    /// Without a call, a token is refreshed in the second half of its lifetime only, unless the refresh token expires
    /// earlier.
    fn check_not_early(&mut self, now: Shown, server: &Server) {
        let Some(held) = self.held.as_ref().filter(|_| self.waiting.is_empty()) else { return };
        let family = held.refresh.as_deref().and_then(|token| server.family_of_refresh(token));
        let is_endless = family.is_none_or(|at| server.families[at].refresh_until.is_none());
        let is_early = held.lifetime.is_none_or(|lifetime| now.since(held.sent) < lifetime / 2);
        self.check(!(is_endless && is_early), "no_background_refresh_is_early", || {
            format!("at {}", now.mono)
        });
    }

    fn check_spacing(&mut self, last: Option<i64>, now: Shown, spacing: i64) {
        let far = last.is_none_or(|last| now.mono - last >= spacing);
        self.check(far, "requests_are_spaced", || format!("{last:?}, then {}", now.mono));
    }

    fn check_retry_after(&mut self, now: Shown) {
        let not_before = self.not_before;
        let waited = not_before.is_none_or(|at| at <= now.mono);
        self.check(waited, "retry_after_is_honoured", || format!("{not_before:?}, sent at {}", now.mono));
    }

    pub(crate) fn is_waited_for(&self, is_meant: impl Fn(&Command) -> bool) -> bool {
        self.waiting.iter().any(|call| is_meant(&call.command))
    }

    /// A sign-in merges the guest by a token that the server still accepts.
    fn check_merged_guest(&mut self, form: &Form, now: Shown, server: &Server) {
        let held = self.held.clone();
        let guest = held.filter(|held| held.guest && self.dialect == Dialect::Oro);
        let merged = form.get("visitor_access_token");
        let expected = guest.as_ref().map(|held| held.access.as_str());
        self.check(merged == expected, "a_guest_is_merged", || format!("{merged:?}, not {expected:?}"));
        let is_guest =
            merged.and_then(|token| server.family_of_access(token)).map(|at| server.families[at].is_guest());
        self.check(is_guest != Some(false), "no_user_is_merged", || format!("{merged:?}"));
        let fresh = guest.is_none_or(|held| !held.is_expired(now) || self.last_was_refresh);
        self.check(fresh, "the_merged_guests_token_is_valid", || format!("{merged:?}"));
    }
}
