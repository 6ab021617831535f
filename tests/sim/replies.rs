//! The laws of what calls are answered with.

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::token::AccessToken;

use crate::laws::{Laws, Moment, Waiting};
use crate::server::Server;

impl Laws {
    pub(crate) fn judge_reply(
        &mut self,
        id: CallId,
        result: &Result<Reply, Error>,
        moment: &Moment,
        server: &Server,
    ) {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.id == id) else {
            return self.hold(false, "each_call_is_answered_once", || format!("{id:?}"));
        };
        let call = self.waiting.remove(at);
        let unheard = matches!(result, Err(error) if error.code != Code::StorageFailed);
        self.may_sign_out |= unheard && matches!(call.ask, Command::SignOut);
        self.owes_sign_out |= unheard && matches!(call.ask, Command::SignOut) && !call.carried_out;
        match result {
            Ok(Reply::Token(token, ticket)) => self.judge_token(&call, token, ticket, moment, server),
            Ok(_) => {}
            Err(error) => self.judge_error(&call, error, moment),
        }
    }

    /// An error that asks somebody to act must not come in vain.
    fn judge_error(&mut self, call: &Waiting, error: &Error, moment: &Moment) {
        let held = self.held.clone();
        let told = || format!("{:?} while {held:?}", call.ask);
        let valid = held.as_ref().is_some_and(|held| !held.is_expired(moment.now));
        match (&call.ask, error.code) {
            (Command::Token { force_refresh: false, .. }, Code::LoginRequired) if call.user.is_none() => {
                self.hold(!valid && self.pending.is_none(), "nobody_is_sent_to_log_in_in_vain", told);
            }
            (Command::Replacement(ticket), Code::TokenRejected) => {
                let newest = held.as_ref().is_some_and(|held| f64::from(held.serial) <= ticket.to_parts().0);
                self.hold(newest && valid, "only_a_valid_newest_token_is_given_up", told);
            }
            _ => {}
        }
    }

    fn judge_token(
        &mut self,
        call: &Waiting,
        token: &AccessToken,
        ticket: &Ticket,
        moment: &Moment,
        server: &Server,
    ) {
        let token = token.expose();
        let held = self.held.clone();
        let newest = held.as_ref().is_some_and(|held| held.access == token);
        self.hold(newest && self.pending.is_none(), "stored_before_used", || {
            format!("{token}, but {held:?}")
        });
        let expired = held.as_ref().is_some_and(|held| held.is_expired(moment.now));
        self.hold(!expired || self.newborn, "no_expired_token_is_given", || token.to_owned());
        if let Command::Token { min_validity, .. } = &call.ask {
            let wanted = min_validity.get() as i64;
            let enough = held.as_ref().is_some_and(|held| held.outlives(moment.now, wanted));
            self.hold(enough || self.newborn, "a_token_lives_as_long_as_was_asked", || token.to_owned());
        }
        let user = ticket.to_parts().1;
        let same = call.user.is_none() || call.user == user;
        self.hold(same, "no_other_users_token_is_given", || format!("{user:?} to {:?}", call.user));
        let guest = server.family_of_access(token).map(|at| server.families[at].is_guest());
        self.hold(guest == Some(user.is_none()), "a_token_is_its_subjects", || token.to_owned());
    }
}
