//! The calls of the application, and their replies.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::error::Error;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::Input;

use super::Harness;
use crate::front::{Offer, core_reply, is_plain};
use crate::invariants::model::restored;

impl Harness {
    pub fn call(&mut self, command: Command, timeout: i64) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        self.coverage.calls += 1;
        if let Some(offer) = self.ask_front(&command) {
            self.replies.push((id, Ok(offer.reply())));
            return id;
        }
        self.invariants.called(id, &command, self.clock.mono + timeout, self.session.view());
        self.handle(Input::Call(id, command));
        id
    }

    /// The front's offer to a call. Without one, the core is started, unless it runs already.
    fn ask_front(&mut self, command: &Command) -> Option<Offer> {
        let now = self.clock.shown();
        let front = self.front.as_mut()?;
        if !front.core_runs {
            front.see_stored(self.disk.readable_record(), |_| false, now);
        }
        let Some(offer) = front.answer(now).filter(|_| is_plain(command)) else {
            front.core_runs = true;
            if let Some(record) = front.shown.take() {
                self.handle(Input::FrontHasShown(record));
            }
            return None;
        };
        let first_seen = front.first_seen().filter(|_| !front.core_runs);
        let held = first_seen.and_then(|at| restored(&self.disk.read(), at, &self.server));
        let core = core_reply(&self.session, self.clock.now(), self.disk.read());
        self.invariants.check_offer(&offer, held, core, now);
        self.coverage.from_records += u64::from(first_seen.is_some());
        self.coverage.from_leases += u64::from(first_seen.is_none());
        Some(offer)
    }

    pub fn is_waiting(&self, id: CallId) -> bool {
        self.invariants.is_waiting(id)
    }

    pub fn reply_to(&self, id: CallId) -> Option<&Result<Reply, Error>> {
        self.replies.iter().rev().find(|(call, _)| *call == id).map(|(_, result)| result)
    }
}
