//! The invariants of a 401 of an API.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::io::{Effect, Input};

use crate::invariants::{Invariants, Moment, Waiting};

/// An address that rejects a token so soon after the refresh for it causes no other refresh.
const FUTILE_WINDOW: i64 = 30_000;

impl Invariants {
    /// Looks at an input before the session's knowledge changes.
    pub(super) fn check_unauthorized(&mut self, moment: &Moment) {
        match moment.input {
            Input::Retried(address, status) if (200..429).contains(status) && *status != 401 => {
                self.rejecting.remove(address);
                self.refreshed_for.remove(address);
            }
            Input::Call(id, Command::TokenAfter401(ticket)) => {
                let (token, address) = (ticket.token().expose(), ticket.address());
                let newest = self.held.as_ref().filter(|held| held.access == token);
                let is_new = newest.is_some_and(|held| {
                    !held.is_expired(moment.now) && moment.now.since(held.sent) < FUTILE_WINDOW
                });
                let is_futile = is_new && self.refreshed_for.get(address).is_some_and(|new| new == token);
                let fails = moment
                    .effects
                    .iter()
                    .any(|effect| matches!(effect, Effect::Reply(reply, Err(_)) if reply == id));
                let must_fail = is_futile && !moment.was_restoring && !self.disposed;
                self.check(
                    fails || !must_fail,
                    "an_address_that_rejects_every_token_causes_no_flood",
                    || format!("{address} rejects {token}"),
                );
            }
            _ => {}
        }
    }

    /// The 401 of this address has led to this token.
    pub(super) fn note_refresh_for(&mut self, call: &Waiting, token: &str, moment: &Moment) {
        if let Command::TokenAfter401(ticket) = &call.command {
            self.rejecting.insert(ticket.address().to_owned());
            // Else the token may be one that was found in the storage.
            let is_granted = matches!(moment.input, Input::Stored(..));
            if call.is_for_newest && is_granted {
                self.refreshed_for.insert(ticket.address().to_owned(), token.to_owned());
            }
        }
    }
}
