//! The invariants of replies.

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::token::AccessToken;

use crate::invariants::{Invariants, Moment, Waiting};
use crate::server::Server;

impl Invariants {
    pub(crate) fn check_reply(
        &mut self,
        id: CallId,
        result: &Result<Reply, Error>,
        moment: &Moment,
        server: &Server,
    ) {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.id == id) else {
            return self.check(false, "each_call_has_one_reply", || format!("{id:?}"));
        };
        let call = self.waiting.remove(at);
        let unfinished =
            matches!(result, Err(error) if error.code != Code::StorageFailed || !call.carried_out);
        self.may_sign_out |= unfinished && matches!(call.command, Command::SignOut);
        self.owes_sign_out |= unfinished && matches!(call.command, Command::SignOut) && !call.carried_out;
        match result {
            Ok(Reply::Token(token, ticket)) => self.check_token(&call, token, ticket, moment, server),
            Ok(_) => {}
            Err(error) => self.check_error(&call, error, moment),
        }
    }

    /// An error that asks a shopper or a developer to act must have a reason.
    fn check_error(&mut self, call: &Waiting, error: &Error, moment: &Moment) {
        let held = self.held.clone();
        let detail = || format!("{:?} while {held:?}", call.command);
        let valid = held.as_ref().is_some_and(|held| !held.is_expired(moment.now));
        match (&call.command, error.code) {
            (Command::Token { force_refresh: false, .. }, Code::LoginRequired) if call.user.is_none() => {
                self.check(!valid && self.pending.is_none(), "no_login_is_asked_for_without_need", detail);
            }
            (Command::TokenAfter401(ticket), Code::TokenRejected) => {
                let newest = held.as_ref().is_some_and(|held| held.access == ticket.token().expose());
                self.check(newest && valid, "only_a_valid_newest_token_is_given_up", detail);
                let rejects = self.rejecting.contains(ticket.address());
                self.check(rejects, "a_401_after_an_accepted_token_causes_a_refresh", detail);
            }
            // The refresh goes on without its caller.
            (Command::TokenAfter401(ticket), _) => {
                self.rejecting.insert(ticket.address().to_owned());
            }
            _ => {}
        }
    }

    fn check_token(
        &mut self,
        call: &Waiting,
        token: &AccessToken,
        ticket: &Ticket,
        moment: &Moment,
        server: &Server,
    ) {
        let token = token.expose();
        self.note_refresh_for(call, token, moment);
        let held = self.held.clone();
        let newest = held.as_ref().is_some_and(|held| held.access == token);
        self.check(newest && self.pending.is_none(), "stored_before_used", || {
            format!("{token}, but {held:?}")
        });
        let expired = held.as_ref().is_some_and(|held| held.is_expired(moment.now));
        self.check(!expired || self.has_new_token, "no_expired_token_is_given", || token.to_owned());
        if let Command::Token { min_validity, .. } = &call.command {
            let wanted = min_validity.get() as i64;
            let enough = held.as_ref().is_some_and(|held| held.outlives(moment.now, wanted));
            self.check(
                enough || self.has_new_token,
                "a_token_is_valid_for_as_long_as_the_call_wants",
                || token.to_owned(),
            );
        }
        let user = ticket.user_session();
        let same = call.user.is_none() || call.user == user;
        self.check(same, "no_other_users_token_is_given", || format!("{user:?} to {:?}", call.user));
        let guest = server.family_of_access(token).map(|at| server.families[at].is_guest());
        self.check(guest == Some(user.is_none()), "a_token_is_its_subjects", || token.to_owned());
    }
}
