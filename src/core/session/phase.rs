//! The phases of a session, each with what it needs and how long it lasts. The table in
//! [`core`](crate::core) says which phase follows which.

use std::rc::Rc;

use super::wait::Wait;
use crate::core::client_authentication::SecretPlace;
use crate::core::error::Error;
use crate::core::grant::{Grant, GrantKind};
use crate::core::ids::{CallId, ExchangeId, ReadId, WriteId};
use crate::core::message::MessageNumber;
use crate::core::record::{Record, SessionId};
use crate::core::time::{Now, Timestamp};

/// What the session is doing.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Phase {
    /// No call was made yet, so the storage was not read yet.
    New,
    /// The storage is being read.
    Reading(Reading),
    /// The peers were asked for their session, because the storage is empty or a first guest is about to be created. Calls
    /// wait until the roll call has ended.
    AskingPeers,
    /// No exchange is under way.
    Ready,
    /// A grant is to be sent, and there are no locks: the peers were told, and may object.
    Claiming(Claiming),
    /// A grant is to be sent, or tokens are to be adopted, and the lock for it was requested.
    Locking(Locking),
    /// A grant was sent, and the response has not arrived.
    Exchanging(Exchange),
    /// New tokens are being written. They are not used before that is done.
    Storing(Storing),
    /// The server rejected the refresh token. The storage and the peers are asked for a newer one.
    ConfirmingRejection(Confirmation),
}

impl Phase {
    /// When the phase times out. `roll_call` is the deadline of a roll call that is under way. No other place knows how
    /// long a phase lasts.
    pub(super) fn until(&self, roll_call: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            // The roll call has a deadline of its own.
            Phase::New | Phase::AskingPeers | Phase::Ready => None,
            Phase::Reading(reading) => Some(reading.until),
            Phase::Claiming(claim) => Some(claim.wait.until()).max(roll_call),
            Phase::Locking(locking) => Some(locking.wait.until()),
            Phase::Exchanging(exchange) => Some(exchange.purpose.wait.until()),
            Phase::Storing(storing) => Some(storing.until),
            Phase::ConfirmingRejection(confirmation) => confirmation.read.map(|(_, until)| until),
        }
    }

    /// What the exchange that is under way is for, until its tokens are written.
    pub(super) fn purpose(&self) -> Option<&Purpose> {
        if let Phase::Exchanging(Exchange { purpose, .. }) | Phase::Storing(Storing { purpose, .. }) = self {
            Some(purpose)
        } else {
            None
        }
    }

    /// Whether a sign-in is under way, or an adoption.
    pub(super) fn is_signing_in(&self) -> bool {
        self.purpose().is_some_and(|purpose| purpose.call.is_some())
    }
}

/// A read of the storage.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Reading {
    pub(super) id: ReadId,
    /// Until when the storage has time to answer.
    pub(super) until: Timestamp,
    /// The new tokens that the storage refused, if that is why it is read.
    pub(super) refused_write: Option<RefusedWrite>,
}

/// An exchange that was announced to the peers.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Claiming {
    /// The session that is held; none for an exchange that begins a session.
    pub(super) session: Option<SessionId>,
    /// Of several pages the one with the lowest number goes first.
    pub(super) number: MessageNumber,
    pub(super) wait: Wait,
}

/// A lock that was requested.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Locking {
    pub(super) id: ReadId,
    /// The session whose exchanges the lock serialises; none for exchanges that begin a session.
    pub(super) session: Option<SessionId>,
    pub(super) wait: Wait,
}

/// A grant that was sent.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Exchange {
    pub(super) id: ExchangeId,
    pub(super) grant: Grant,
    /// Where the client secret was sent.
    pub(super) secret_place: SecretPlace,
    pub(super) sent: Now,
    pub(super) purpose: Purpose,
}

/// What new tokens are for.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Purpose {
    pub(super) kind: GrantKind,
    /// The session that was held when the exchange began; none if there was none.
    pub(super) session: Option<SessionId>,
    /// The call that gets the result of a sign-in or an adoption.
    pub(super) call: Option<CallId>,
    /// The addresses whose 401 caused this exchange. Their callers may stop waiting.
    pub(super) rejecting_addresses: Vec<String>,
    pub(super) wait: Wait,
}

impl Purpose {
    /// Whether the exchange was sent for this session, and the response may still arrive.
    pub(super) fn is_pending_for(&self, session: Option<SessionId>, now: Now) -> bool {
        self.session == session && self.wait.until() > now.mono
    }
}

/// New tokens that are being written.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Storing {
    pub(super) write: WriteId,
    pub(super) record: Rc<Record>,
    pub(super) purpose: Purpose,
    pub(super) until: Timestamp,
}

/// A rejected refresh token, while the storage and the peers are asked for a newer one.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Confirmation {
    /// The read of the storage, until it has ended, and its deadline.
    pub(super) read: Option<(ReadId, Timestamp)>,
    /// What the server said.
    pub(super) error: Error,
}

impl Confirmation {
    pub(super) fn is_reading(&self, read: ReadId) -> bool {
        self.read.as_ref().is_some_and(|(reading, _)| *reading == read)
    }
}

/// New tokens that the storage refused.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct RefusedWrite {
    pub(super) record: Rc<Record>,
    /// The call that waits for the sign-in or the adoption, if it was one.
    pub(super) call: Option<CallId>,
}
