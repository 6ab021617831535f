//! The session's reads and writes, and the record that it holds after them.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::ids::WriteId;
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::Members;

use crate::invariants::model::{Held, restored};
use crate::invariants::{Invariants, Moment};
use crate::server::Server;

impl Invariants {
    /// Compares the record that was read with the one that is held.
    pub(super) fn apply_loaded(&mut self, loaded: &Loaded, moment: &Moment, server: &Server) {
        // A rejection ends no session while the record of another process cannot be read.
        self.rejected &= !(self.reads_may_recover && matches!(loaded, Loaded::Unavailable));
        let found = restored(loaded, moment.now, server).filter(|_| !self.foreign);
        let found = found.filter(|found| !self.ended.contains(&found.id));
        let newer = |held: &Held, found: &Held| held.id != found.id || found.generation > held.generation;
        let under_lock = matches!(moment.input, Input::Loaded(read, _) if Some(*read) == self.lock);
        match (&mut self.held, found) {
            (Some(_), None) if self.outlives_its_record && under_lock => {}
            // The rejection of the refresh token says more than a missing record.
            (Some(held), None) if held.stored && matches!(loaded, Loaded::Nothing) && !self.rejected => {
                self.drop_session();
            }
            (Some(held), Some(found)) if newer(held, &found) => self.activate(found),
            (Some(held), Some(found)) => held.stored |= held.access == found.access,
            (None, Some(found)) => self.activate(found),
            _ => {}
        }
        // The refusals that another page has had, or this one before it was reloaded.
        if let Loaded::Record(record) = loaded
            && let Some(refused) = record.number("refused")
        {
            self.refusals = self.refusals.max((-refused) as u32);
        }
    }

    fn activate(&mut self, held: Held) {
        if let Some(before) = self.held.take().filter(|before| before.id != held.id) {
            self.ended.push(before.id);
        }
        self.refusals = 0;
        self.rejected = false;
        self.not_before = None;
        self.held = Some(held);
    }

    fn drop_session(&mut self) {
        self.ended.extend(self.held.take().map(|held| held.id));
        self.refusals = 0;
        self.rejected = false;
        self.not_before = None;
    }

    /// New tokens came: the same moment must write them.
    pub(super) fn expect_write(&mut self, held: Held, moment: &Moment) {
        let write = moment.effects.iter().find_map(|effect| match effect {
            Effect::Store(write, Some(record)) => Some((*write, record)),
            _ => None,
        });
        self.check(write.is_some(), "new_tokens_are_stored", || format!("{held:?}"));
        let until = moment.now.mono + self.write_limit();
        self.pending = write.and_then(|(write, record)| Some((write, held.of_record(record)?, until)));
    }

    /// A record that is neither held nor granted is the one of an adoption that waits.
    pub(super) fn note_adoption(
        &mut self,
        write: WriteId,
        record: &Members,
        moment: &Moment,
        server: &Server,
    ) {
        let is_granted = self.pending.as_ref().is_some_and(|(pending, ..)| *pending == write);
        if is_granted || self.is_held(record) || !self.is_waited_for(|call| matches!(call, Command::Adopt(_)))
        {
            return;
        }
        let adopted = restored(&Loaded::Record(record.clone()), moment.now, server);
        self.pending = adopted.map(|held| (write, held, moment.now.mono + self.write_limit()));
    }

    /// The tokens are used once they are written, or once the session has waited long enough.
    pub(super) fn commit(&mut self, moment: &Moment) {
        let signs_out = matches!(moment.input, Input::Call(_, Command::SignOut));
        let written = |write| matches!(moment.input, Input::Stored(stored, _) if *stored == write);
        let timed_out = |until| until <= moment.now.mono && !signs_out;
        if let Some((write, held, _)) =
            self.pending.take_if(|(write, _, until)| written(*write) || timed_out(*until))
        {
            let stored = matches!(moment.input, Input::Stored(of, true) if *of == write);
            let failed = matches!(moment.input, Input::Stored(of, false) if *of == write);
            // The record that the storage still has is of use if the server has kept its refresh token.
            let is_kept = |before: &Held| {
                before.id == held.id && before.refresh.is_some() && before.refresh == held.refresh
            };
            self.may_forget = failed && self.held.as_ref().is_some_and(|before| !is_kept(before));
            self.activate(Held { stored, ..held });
            self.has_new_token = true;
        }
    }

    /// Whether a record is the one that is held: the session writes it again with notes of its refreshes.
    pub(super) fn is_held(&self, record: &Members) -> bool {
        self.held.as_ref().is_some_and(|held| Some(held.access.as_str()) == record.text("access_token"))
    }

    pub(super) fn check_removal(&mut self, moment: &Moment) {
        if std::mem::take(&mut self.may_forget) {
            return;
        }
        let is_noted = matches!(moment.input, Input::Loaded(_, Loaded::Record(record)) if record.get("signing_out").is_some());
        let signs_out = self.is_of_ended_session(moment)
            || is_noted
            || std::mem::take(&mut self.owes_sign_out) | std::mem::take(&mut self.may_sign_out)
            || self.is_waited_for(|command| matches!(command, Command::SignOut));
        let expired =
            self.held.as_ref().is_some_and(|held| held.refresh.is_none() && held.is_expired(moment.now));
        let reason = signs_out || expired || self.rejected || self.foreign;
        self.check(reason, "no_session_ends_by_itself", || format!("at {:?}", moment.input));
        self.ended.extend(self.pending.take().map(|(_, held, _)| held.id));
        self.drop_session();
        for call in &mut self.waiting {
            call.carried_out |= matches!(call.command, Command::SignOut);
        }
    }

    /// Whether the record that was just read belongs to an ended session, because an earlier removal has
    /// failed. Removing it has the effect of a sign-out that is still due, so that sign-out may follow or not.
    fn is_of_ended_session(&mut self, moment: &Moment) -> bool {
        let Input::Loaded(_, Loaded::Record(record)) = moment.input else { return false };
        let ended = record.text("id").is_some_and(|id| self.ended.iter().any(|ended| ended == id));
        self.may_sign_out |= ended && std::mem::take(&mut self.owes_sign_out);
        ended
    }
}
