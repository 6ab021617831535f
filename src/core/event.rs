//! What the application is told, without being asked: no token is in it.

use std::rc::Rc;

use super::error::Error;
use super::record::{Record, SessionId, Subject};
use super::time::{Millis, WallTime};

/// A session as the application sees it. Safe to log.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionView(Rc<Record>);

impl SessionView {
    pub(super) fn of(record: &Rc<Record>) -> SessionView {
        SessionView(Rc::clone(record))
    }

    /// Its name, the same through every refresh.
    pub fn id(&self) -> SessionId {
        self.0.id
    }

    /// Whose it is.
    pub fn subject(&self) -> Subject {
        self.0.subject
    }

    /// What was granted.
    pub fn scope(&self) -> Option<&str> {
        self.0.tokens.scope.as_deref()
    }

    /// When the access token's life ends, where the server said so.
    pub fn expires_at(&self) -> Option<WallTime> {
        self.0.tokens.expires_at()
    }
}

/// Why the session is another than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was in the storage.
    Restored,
    /// A user signed in.
    SignedIn,
    /// A visitor was made.
    GuestCreated,
    /// A visitor was made in place of one whose session the server had ended: the cart is another.
    GuestReplaced,
    /// The application signed out.
    SignedOut,
    /// The application signed out, or somebody else in, on another page.
    SignedOutElsewhere,
    /// The record was removed from the storage, and not by a client.
    StorageCleared,
    /// The server said that the refresh token is dead.
    RefreshRejected,
    /// The access token's life is over, and the server had given no refresh token.
    Expired,
}

impl Reason {
    /// The word for it in the public API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Restored => "restored",
            Reason::SignedIn => "signed-in",
            Reason::GuestCreated => "guest-created",
            Reason::GuestReplaced => "guest-replaced",
            Reason::SignedOut => "signed-out",
            Reason::SignedOutElsewhere => "signed-out-elsewhere",
            Reason::StorageCleared => "storage-cleared",
            Reason::RefreshRejected => "refresh-rejected",
            Reason::Expired => "expired",
        }
    }
}

/// How a refresh went.
#[derive(Clone, Debug, PartialEq)]
pub enum Refresh {
    /// There is a new token set.
    Refreshed,
    /// Another page had a new token set.
    Adopted,
    /// It failed and will be tried again.
    Retrying {
        /// How many attempts have failed in a row.
        attempt: u32,
        /// How long until the next.
        retry_in: Millis,
        /// What it failed with.
        error: Error,
    },
    /// It failed; the next call that needs a token may try again.
    Failed {
        /// How many attempts have failed in a row.
        attempt: u32,
        /// What it failed with.
        error: Error,
    },
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `sessionchange`
    SessionChange {
        /// Why.
        reason: Reason,
        /// The session that there is now.
        session: Option<SessionView>,
        /// What the server said, where it ended the session.
        error: Option<Error>,
    },
    /// `tokenrefresh`
    TokenRefresh(Refresh),
}
