//! What the front was told last.

use crate::core::event::SessionView;
use crate::core::lease::Lease;

/// What the front was told last.
#[derive(Debug, Default)]
pub struct Published {
    is_told: bool,
    session: Option<SessionView>,
    lease: Option<Lease>,
}

impl Published {
    /// Takes what the core has decided now. True if the front must be told of it.
    pub fn update(&mut self, session: Option<&SessionView>, lease: Option<&Lease>) -> bool {
        let same_session = match (&self.session, session) {
            (Some(before), Some(now)) => before.is_same(now),
            (before, now) => before.is_none() && now.is_none(),
        };
        let same_lease = match (&self.lease, lease) {
            (Some(before), Some(now)) => now.says_as_much_as(before),
            (before, now) => before.is_none() && now.is_none(),
        };
        // At first the front shows what it has found in the storage.
        if std::mem::replace(&mut self.is_told, true) && same_session && same_lease {
            return false;
        }
        (self.session, self.lease) = (session.cloned(), lease.cloned());
        true
    }

    /// Takes the lease back, if there is one. Gives the session that the front must be told of without it.
    pub fn withhold(&mut self) -> Option<SessionView> {
        self.lease.take()?;
        self.session.clone()
    }
}
