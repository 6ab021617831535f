//! The calls that wait for a reply, in the order in which they were made.

use std::mem;
use std::rc::Rc;

use crate::core::adoption::Adoption;
use crate::core::call::Command;
use crate::core::ids::{CallId, WriteId};
use crate::core::record::{Generation, SessionId};
use crate::core::time::{Millis, Now, Timestamp};
use crate::core::token::Credentials;

/// One call.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) want: Want,
    pub(super) deadline: Timestamp,
}

/// What a call waits for.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Want {
    /// What the command means depends on the session, and the storage was not read yet.
    Undecided(Command),
    Session,
    Token(TokenWant),
    SignIn(SignInWant),
    Adopt(Rc<Adoption>),
    Guest,
    SignOut(SignOutWant),
}

/// Which access tokens satisfy a call.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct TokenWant {
    pub(super) min_validity: Millis,
    /// If set, the token set must be later than this number, by the client's count of token sets (`token_serial`).
    pub(super) newer_than: Option<Generation>,
    /// The address whose 401 makes the call ask for a newer token.
    pub(super) rejecting_address: Option<String>,
    /// The user's session that the token must belong to, if a user was signed in when the call was made.
    pub(super) user_session: Option<SessionId>,
}

/// A user who signs in.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct SignInWant {
    pub(super) credentials: Credentials,
    /// Whether the token of the guest to be merged was refreshed for this sign-in.
    pub(super) guest_refreshed: bool,
}

/// What a sign-out still waits for.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct SignOutWant {
    pub(super) write: Option<WriteId>,
}

impl Want {
    /// Whether only a session with a valid token, or a new guest, satisfies the call.
    pub(super) fn needs_token(&self) -> bool {
        matches!(self, Want::Token(_) | Want::Guest)
    }

    /// Whether the call is to begin a session.
    pub(super) fn begins_session(&self) -> bool {
        matches!(self, Want::SignIn(_) | Want::Adopt(_))
    }

    pub(super) fn as_token(&self) -> Option<&TokenWant> {
        if let Want::Token(want) = self { Some(want) } else { None }
    }

    pub(super) fn as_sign_in(&self) -> Option<&SignInWant> {
        if let Want::SignIn(want) = self { Some(want) } else { None }
    }

    fn as_adoption(&self) -> Option<&Rc<Adoption>> {
        if let Want::Adopt(adoption) = self { Some(adoption) } else { None }
    }

    fn as_sign_in_mut(&mut self) -> Option<&mut SignInWant> {
        if let Want::SignIn(want) = self { Some(want) } else { None }
    }

    fn as_sign_out_mut(&mut self) -> Option<&mut SignOutWant> {
        if let Want::SignOut(want) = self { Some(want) } else { None }
    }
}

/// The waiting calls.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Calls(Vec<Call>);

impl Calls {
    pub(super) fn add(&mut self, call: Call) {
        self.0.push(call);
    }

    pub(super) fn remove(&mut self, id: CallId) -> Option<Call> {
        let at = self.0.iter().position(|call| call.id == id)?;
        Some(self.0.remove(at))
    }

    /// The caller had waited this long before the call came here: its deadline is that much earlier.
    pub(super) fn count_earlier_wait(&mut self, id: CallId, waited: Millis) {
        if let Some(call) = self.0.iter_mut().find(|call| call.id == id) {
            call.deadline = call.deadline.before(waited);
        }
    }

    pub(super) fn take_all(&mut self) -> Vec<Call> {
        mem::take(&mut self.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first deadline. It is the first call's: every call has the same timeout, and the calls are in the order in which
    /// they were made.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.0.first().map(|call| call.deadline)
    }

    pub(super) fn is_overdue(&self, now: Now) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now.mono)
    }

    /// Gives all calls a new deadline.
    pub(super) fn restart(&mut self, deadline: Timestamp) {
        for call in &mut self.0 {
            call.deadline = deadline;
        }
    }

    /// Whether a call waits for a token or for a guest.
    pub(super) fn any_needs_token(&self) -> bool {
        self.0.iter().any(|call| call.want.needs_token())
    }

    /// Whether a call waits for a token.
    pub(super) fn any_wants_token(&self) -> bool {
        self.0.iter().any(|call| call.want.as_token().is_some())
    }

    /// The addresses whose 401 makes a call wait for a newer token.
    pub(super) fn rejecting_addresses(&self) -> Vec<String> {
        self.0.iter().filter_map(|call| call.want.as_token()?.rejecting_address.clone()).collect()
    }

    /// Whether a call waits to begin a session.
    pub(super) fn any_begins_session(&self) -> bool {
        self.0.iter().any(|call| call.want.begins_session())
    }

    /// The adoption that waits, and its call.
    pub(super) fn adoption(&self) -> Option<(CallId, &Rc<Adoption>)> {
        self.0.iter().find_map(|call| call.want.as_adoption().map(|adoption| (call.id, adoption)))
    }

    /// The sign-in that waits, and its call.
    pub(super) fn sign_in(&self) -> Option<(CallId, &SignInWant)> {
        self.0.iter().find_map(|call| call.want.as_sign_in().map(|want| (call.id, want)))
    }

    pub(super) fn sign_in_mut(&mut self) -> Option<&mut SignInWant> {
        self.0.iter_mut().find_map(|call| call.want.as_sign_in_mut())
    }

    /// The write has ended. Gives the sign-out that waited for it.
    pub(super) fn write_ended(&mut self, write: WriteId) -> Option<CallId> {
        self.0.iter_mut().find_map(|call| {
            let ended = call.want.as_sign_out_mut()?.write.take_if(|waiting| *waiting == write);
            ended.map(|_| call.id)
        })
    }
}
