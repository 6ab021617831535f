//! The invariants of what the front gives out.

use storefront_token_client::core::call::{Command, Reply};

use crate::clock::Shown;
use crate::front::Offer;
use crate::invariants::Invariants;
use crate::invariants::model::Held;

impl Invariants {
    /// `stored` is the knowledge of a page that has the record alone, if the core does not run. `core` is the reply that
    /// the core would give at once.
    pub fn check_offer(&mut self, offer: &Offer, stored: Option<Held>, core: Option<Reply>, now: Shown) {
        let detail = || format!("{offer:?}");
        self.check(core == Some(offer.reply()), "the_front_gives_what_the_core_would", || {
            format!("{offer:?}, but {core:?}")
        });
        let held = stored.or_else(|| self.held.clone());
        let same = held.as_ref().is_some_and(|held| {
            held.access == offer.token && held.id == offer.id && held.guest == offer.is_guest
        });
        self.check(same && self.pending.is_none(), "the_front_gives_the_token_that_is_held", detail);
        let expired = held.is_some_and(|held| held.is_expired(now));
        self.check(!expired, "the_front_gives_no_expired_token", detail);
        let ended = self.ended.contains(&offer.id) || self.rejected;
        self.check(!ended, "the_front_gives_no_token_of_an_ended_session", detail);
        let waits = self.is_waited_for(|command| matches!(command, Command::TokenAfter401(_)));
        self.check(!waits, "the_front_gives_no_token_while_a_401_waits", detail);
    }
}
