//! The laws of what is sent.

use storefront_token_client::core::call::Command;

use crate::clock::Shown;
use crate::laws::Laws;
use crate::model::{Asked, Unresolved};
use crate::server::{Dialect, Server};
use crate::wire::Form;

const SPACING: i64 = 1_000;
const BACKGROUND_SPACING: i64 = 5_000;

impl Laws {
    pub(crate) fn judge_request(&mut self, form: &Form, sent: &Unresolved, server: &Server) {
        let now = sent.sent;
        self.hold(!self.offline && !self.leaving, "nothing_is_sent_where_no_answer_can_come", String::new);
        let locked = self.lock.is_some();
        self.hold(locked, "an_exchange_has_its_lock", String::new);
        let busy = self.unresolved.is_some() || self.pending.is_some();
        self.hold(!busy, "one_exchange_at_a_time", || format!("{:?}", form.names()));
        let signing_in = self.waits(|ask| matches!(ask, Command::SignIn(_)));
        match sent.asked {
            Asked::SignIn => {
                self.hold(signing_in, "nobody_is_signed_in_unasked", || format!("{:?}", form.names()));
                self.judge_visitor(form, now, server);
            }
            Asked::Guest => {
                let wanted = self.waits(|ask| !matches!(ask, Command::Session | Command::SignOut));
                self.hold(wanted, "a_visitor_is_made_when_wanted", String::new);
                let held = self.held.clone();
                self.hold(held.is_none(), "no_guest_while_a_session_lives", || format!("{held:?}"));
                let last = self.visitor_at.replace(now.mono);
                self.space(last, now, SPACING);
                self.wait_as_told(now);
            }
            Asked::Refresh => {
                let newest = self.held.as_ref().and_then(|held| held.refresh.clone());
                let ours = newest.as_deref() == form.get("refresh_token");
                self.hold(ours, "the_newest_refresh_token_is_sent", || format!("{newest:?}"));
                let spacing = if self.waiting.is_empty() { BACKGROUND_SPACING } else { SPACING };
                let last = self.refreshed_at.replace(now.mono);
                if !signing_in {
                    self.space(last, now, spacing);
                    self.wait_as_told(now);
                }
            }
        }
    }

    fn space(&mut self, last: Option<i64>, now: Shown, spacing: i64) {
        let far = last.is_none_or(|last| now.mono - last >= spacing);
        self.hold(far, "no_storm", || format!("{last:?}, then {}", now.mono));
    }

    fn wait_as_told(&mut self, now: Shown) {
        let not_before = self.not_before;
        let waited = not_before.is_none_or(|at| at <= now.mono);
        self.hold(waited, "retry_after_is_honoured", || format!("{not_before:?}, sent at {}", now.mono));
    }

    pub(crate) fn waits(&self, asks: impl Fn(&Command) -> bool) -> bool {
        self.waiting.iter().any(|waiting| asks(&waiting.ask))
    }

    /// A visitor who signs in is carried over, by a token that the server still takes.
    fn judge_visitor(&mut self, form: &Form, now: Shown, server: &Server) {
        let held = self.held.clone();
        let visitor = held.filter(|held| held.guest && self.dialect == Dialect::Oro);
        let carried = form.get("visitor_access_token");
        let expected = visitor.as_ref().map(|held| held.access.as_str());
        self.hold(carried == expected, "a_visitor_is_carried_over", || {
            format!("{carried:?}, not {expected:?}")
        });
        let guest =
            carried.and_then(|token| server.family_of_access(token)).map(|at| server.families[at].is_guest());
        self.hold(guest != Some(false), "no_customer_is_carried_over", || format!("{carried:?}"));
        let fresh = visitor.is_none_or(|held| !held.is_expired(now) || self.last_was_refresh);
        self.hold(fresh, "the_visitor_carried_over_is_fresh", || format!("{carried:?}"));
    }
}
