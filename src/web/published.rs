//! What the core has published last.

use crate::core::event::SessionView;
use crate::core::lease::Lease;

/// What the core has published last.
#[derive(Debug, Default)]
pub struct Published {
    has_published: bool,
    session: Option<SessionView>,
    lease: Option<Lease>,
}

impl Published {
    /// Whether the core has decided anything yet.
    pub fn has_published(&self) -> bool {
        self.has_published
    }

    /// Notes what the core has decided. True if that must be published.
    pub fn update(&mut self, session: Option<&SessionView>, lease: Option<&Lease>) -> bool {
        let same_session = match (&self.session, session) {
            (Some(before), Some(now)) => before.is_same(now),
            (before, now) => before.is_none() && now.is_none(),
        };
        let same_lease = match (&self.lease, lease) {
            (Some(before), Some(now)) => now.says_as_much_as(before),
            (before, now) => before.is_none() && now.is_none(),
        };
        // The first decision is always published: before it, the front shows what it has found in the storage.
        if std::mem::replace(&mut self.has_published, true) && same_session && same_lease {
            return false;
        }
        (self.session, self.lease) = (session.cloned(), lease.cloned());
        true
    }

    /// Takes the lease back, if there is one. Returns the session, which must be published without it.
    pub fn withhold(&mut self) -> Option<SessionView> {
        self.lease.take()?;
        self.session.clone()
    }
}
