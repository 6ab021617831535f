//! The interface of the session: inputs and effects.

use super::call::{Command, Reply};
use super::error::Error;
use super::event::Event;
use super::grant::Request;
use super::ids::{CallId, ExchangeId, ReadId, WriteId};
use super::members::Members;
use super::response::ExchangeResult;

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The application asks for something; answered by exactly one [`Effect::Reply`].
    Call(CallId, Command),
    /// The application waits no longer.
    Cancel(CallId),
    /// The storage was read, as [`Effect::Load`] or [`Effect::Lock`] asked.
    Loaded(ReadId, Loaded),
    /// The storage was written to, or failed.
    Stored(WriteId, bool),
    /// An exchange came to its end.
    ExchangeEnded(ExchangeId, ExchangeResult),
    /// Another page has said something: the members of a [`Message`](super::message::Message).
    Message(Members),
    /// The timer fired, the page was shown or resumed: look at the clock.
    Wake,
    /// The page goes, or is put aside for as long as another has its place.
    Hidden,
    /// The page is stopped, but for what it hears: nothing that it sends goes out.
    Frozen,
    /// The page comes back from where it was put aside, or runs again.
    Shown,
    /// There is no network.
    Offline,
    /// The network is back.
    Online,
    /// The application is done with the client. The session goes on, stored.
    Dispose,
}

/// What was in the storage.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// Nothing.
    Nothing,
    /// A JSON object.
    Record(Members),
    /// Something else.
    Garbage,
    /// It cannot be read.
    Unavailable,
}

/// What the host is to do, in this order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Read the storage, after every write so far, and say [`Input::Loaded`].
    Load(ReadId),
    /// Get the lock of this name, where there are locks; take in what other pages said before they
    /// let go of it; then do as for [`Effect::Load`].
    Lock(ReadId, String),
    /// Let go of the lock, or of asking for it.
    Unlock(ReadId),
    /// Write, or remove, the record and say [`Input::Stored`]. Writes keep their order.
    Store(WriteId, Option<Members>),
    /// Send the request and say [`Input::ExchangeEnded`].
    Send(ExchangeId, Box<Request>),
    /// Cut the exchange: no answer of it is of use any more.
    Abort(ExchangeId),
    /// Say this to all other pages.
    Broadcast(Members),
    /// Answer the call.
    Reply(CallId, Result<Reply, Error>),
    /// Tell the application.
    Emit(Event),
}
