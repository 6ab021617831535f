//! Events: what the application's listeners are told. Events contain no tokens.

use std::rc::Rc;

use super::error::Error;
use super::record::{Record, SessionId, Subject};
use super::time::{Millis, WallTime};

/// The session as the application sees it: without tokens, so it is safe to log.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionView(Rc<Record>);

impl SessionView {
    pub(super) fn of(record: &Rc<Record>) -> SessionView {
        SessionView(Rc::clone(record))
    }

    pub(super) fn record(&self) -> &Record {
        &self.0
    }

    /// Whether both show the same state of the same session.
    pub fn is_same(&self, other: &SessionView) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The session's identifier, which stays the same through every refresh.
    pub fn id(&self) -> SessionId {
        self.0.id
    }

    /// The session's identifier, if it is a user's.
    pub fn user_session(&self) -> Option<SessionId> {
        (self.subject() == Subject::User).then(|| self.id())
    }

    /// Whose session it is.
    pub fn subject(&self) -> Subject {
        self.0.subject
    }

    /// The scope that was granted (RFC 6749 §5.1).
    pub fn scope(&self) -> Option<&str> {
        self.0.tokens.scope.as_deref()
    }

    /// When the access token expires. `None` if the server did not say.
    pub fn expires_at(&self) -> Option<WallTime> {
        self.0.tokens.expires_at()
    }

    /// When the refresh token expires. `None` if the server did not say.
    pub fn refresh_token_expires_at(&self) -> Option<WallTime> {
        self.0.tokens.refresh_expires_at
    }
}

/// Why the session changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Reason {
    /// The session was found in the storage, or at a peer.
    Restored,
    /// A user signed in, here or on another page.
    SignedIn,
    /// The application passed in the tokens of a session that another client began.
    Adopted,
    /// A guest was created.
    GuestCreated,
    /// A guest was created because the server ended the previous guest's session. The shopping cart is a
    /// new one.
    GuestReplaced,
    /// Nobody had got a token of this page's guest, so the page gave it up for the guest of another page.
    GuestJoined,
    /// Another page has another session. This page's guest may have a cart, so it is kept: the session is the same
    /// as before.
    GuestKept,
    /// The application signed out.
    SignedOut,
    /// The session ended on another page: by a sign-out, or because a guest took the user's place.
    SignedOutElsewhere,
    /// The record was removed from the storage, but not by a client.
    StorageCleared,
    /// The record belongs to another server or client, or has another version. It was moved to another key,
    /// and this client goes on without it.
    RecordSetAside,
    /// The server rejected the refresh token.
    RefreshRejected,
    /// The access token expired, and the server had issued no refresh token.
    Expired,
}

impl Reason {
    /// The reason as `SessionChangeEvent.reason` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Restored => "restored",
            Reason::SignedIn => "signed-in",
            Reason::Adopted => "adopted",
            Reason::GuestCreated => "guest-created",
            Reason::GuestReplaced => "guest-replaced",
            Reason::GuestJoined => "guest-joined",
            Reason::GuestKept => "guest-kept",
            Reason::SignedOut => "signed-out",
            Reason::SignedOutElsewhere => "signed-out-elsewhere",
            Reason::StorageCleared => "storage-cleared",
            Reason::RecordSetAside => "record-set-aside",
            Reason::RefreshRejected => "refresh-rejected",
            Reason::Expired => "expired",
        }
    }
}

/// The outcome of a refresh.
#[derive(Clone, Debug, PartialEq)]
pub enum Refresh {
    /// The server granted a new token set.
    Refreshed,
    /// Another page, or another client of the same storage, refreshed, and this client uses its token set.
    Received,
    /// The refresh failed, and will be tried again without a call.
    Retrying {
        /// How many attempts in a row have failed.
        attempt: u32,
        /// The time until the next attempt.
        retry_in: Millis,
        /// Why it failed.
        error: Error,
    },
    /// The access token has expired, and the server has refused every refresh for ten minutes. Calls that
    /// need a token are rejected with `login_required`, and refreshes become rare. The session is kept until a
    /// refresh succeeds, or someone signs in or out.
    Stalled {
        /// How many attempts in a row have failed.
        attempt: u32,
        /// What the server said last.
        error: Error,
    },
    /// The refresh failed. The next call that needs a token may try again.
    Failed {
        /// How many attempts in a row have failed.
        attempt: u32,
        /// Why it failed.
        error: Error,
    },
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `sessionchange`: another session, or none, is current. With [`Reason::GuestKept`] it is the same as before.
    SessionChange {
        /// Why the session changed.
        reason: Reason,
        /// The session that was current before, as the last event has shown it.
        previous: Option<SessionView>,
        /// The current session.
        session: Option<SessionView>,
        /// Why the session ended or the record was set aside, with [`Reason::RefreshRejected`],
        /// [`Reason::Expired`] and [`Reason::RecordSetAside`].
        error: Option<Error>,
    },
    /// `tokenrefresh`: a refresh ended.
    TokenRefresh(Refresh),
}
