//! The requests to the APIs of the shop, which the bearer `fetch` sends.

use storefront_token_client::core::call::{Command, Ticket};
use storefront_token_client::core::io::Input;

use super::Harness;
use super::tasks::Task;
use crate::api::{Api, Fetch};
use crate::calls::{ticket_of, token};

impl Harness {
    /// Sends a request to an API with the bearer `fetch`.
    pub fn fetch(&mut self, api: Api, timeout: i64) {
        let call = self.call(token(), timeout);
        self.fetches.push(Fetch { call, api, is_second: false, timeout });
        self.send_fetches();
    }

    /// Sends the requests whose calls have their tokens.
    pub(super) fn send_fetches(&mut self) {
        for fetch in std::mem::take(&mut self.fetches) {
            match self.reply_to(fetch.call).map(ticket_of) {
                None => self.fetches.push(fetch),
                Some(Some(ticket)) => self.later(self.latency / 2, Task::ApiResponse(fetch, ticket)),
                Some(None) => {}
            }
        }
    }

    pub(super) fn api_responds(&mut self, fetch: Fetch, ticket: &Ticket) {
        let Fetch { api, is_second, timeout, .. } = fetch;
        let status = api.status(self.server.accepts(ticket.token().expose()), is_second);
        let address = String::from(api.address());
        if is_second {
            self.coverage.retried += 1;
            self.coverage.accepted_tokens += u64::from(status == 200);
            self.handle(Input::Retried(address, status));
        } else if status == 401 {
            let ticket = Ticket::new(ticket.token().clone(), ticket.user_session().as_deref(), address);
            let call = self.call(Command::TokenAfter401(ticket), timeout);
            self.fetches.push(Fetch { call, is_second: true, ..fetch });
            self.send_fetches();
        }
    }
}
