//! Inputs that must have no effect: those that the session has had before, and those that it did not ask for.

use storefront_token_client::core::ids::{CallId, ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::Input;
use storefront_token_client::core::response::ExchangeResult;

use super::Harness;
use crate::foreign::foreign_messages;

/// What the session of this page was told.
#[derive(Default)]
pub(super) struct PastInputs {
    pub(super) results: Vec<(ExchangeId, ExchangeResult)>,
    pub(super) writes: Vec<WriteId>,
    pub(super) reads: Vec<ReadId>,
}

impl Harness {
    /// Gives an input that must have no effect.
    pub(super) fn expect_nothing(&mut self, input: Input, invariant: &'static str) {
        let before = self.session.next_wakeup();
        let shown = format!("{input:?}");
        let effects = self.session.handle(self.clock.now(), input);
        let same = effects.is_empty() && self.session.next_wakeup() == before;
        self.invariants.check(same, invariant, || format!("{shown} led to {effects:?}"));
    }

    /// Repeats inputs that the session has had, and adds some that it did not ask for.
    pub fn replay_old_inputs(&mut self) {
        let invariant = "late_and_unrequested_inputs_are_ignored";
        for (id, result) in self.past.results.clone().into_iter().rev().take(2) {
            self.expect_nothing(Input::ExchangeEnded(id, result), invariant);
        }
        for write in self.past.writes.clone().into_iter().rev().take(2) {
            self.expect_nothing(Input::Stored(write, false), invariant);
        }
        self.expect_nothing(Input::Cancel(CallId(u32::MAX)), invariant);
        self.expect_nothing(Input::Retried(String::from("https://elsewhere.example/"), 200), invariant);
        for read in self.past.reads.clone().into_iter().rev().take(2) {
            let loaded = self.disk.read();
            self.expect_nothing(Input::Loaded(read, loaded), invariant);
        }
        for message in foreign_messages(self.disk.record()) {
            self.expect_nothing(Input::Message(message), "a_foreign_message_changes_nothing");
        }
    }
}
