//! The interface of the session: what the host reports ([`Input`]) and what it must do ([`Effect`]).

use super::call::{CallResult, Command};
use super::event::Event;
use super::grant::Request;
use super::ids::{CallId, ExchangeId, PageId, ReadId, WriteId};
use super::members::Members;
use super::response::ExchangeResult;
use super::session_ids::SessionId;
use super::time::Millis;

/// Something that happened.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Input {
    /// The application made a call. It gets exactly one [`Effect::Reply`].
    Call(CallId, Command),
    /// The caller of this call had waited this long for the core to be loaded. The call's timeout began that long ago.
    Waited(CallId, Millis),
    /// This address had rejected a token with 401. The request was sent again with a newer token, and got this status.
    Retried(String, u16),
    /// The application aborted the call. The exchange that the call waits for goes on.
    Cancel(CallId),
    /// The storage was read, because of [`Effect::Load`] or [`Effect::Lock`].
    Loaded(ReadId, Loaded),
    /// The browser refuses every lock, as for a sandboxed frame.
    LockRefused(ReadId),
    /// A write has ended: true if the storage has the new content, false if it failed.
    Stored(WriteId, bool),
    /// The storage refused the write: the session has ended elsewhere, or a newer record is there.
    Refused(WriteId),
    /// An exchange has ended.
    ExchangeEnded(ExchangeId, ExchangeResult),
    /// A peer has broadcast a [`Message`](super::message::Message) with these members.
    Message(Members),
    /// The other pages that use this session's storage key, as the register of the origin has them; nothing
    /// if the host has no register. Reported before the first call, after each change, and before a record
    /// that was read under the lock.
    Peers(Option<Vec<PageId>>),
    /// Somebody has cleared the storages of the origin.
    StorageCleared,
    /// The front has answered from this stored record before the core was there: the application may have seen its session.
    /// Reported before the first call.
    FrontHasShown(Members),
    /// The record of the session that this tab's previous page had, with the text `none` as access token. Its member
    /// `ended` says how the session ended, if a client has noted that. Reported before the storage is read.
    LastSession(Members),
    /// Nothing but time has passed: the timer fired.
    Wake,
    /// The page is being prerendered. Reported before the first call.
    Prerendering,
    /// The prerendered page was activated: the shopper sees it, and its storage is the tab's own from now on.
    Activated,
    /// The page is being hidden for good, or put into the back/forward cache: it cannot expect to see
    /// a response.
    Hidden,
    /// The page is frozen: it still receives messages, but requests and messages that it sends are
    /// delayed.
    Frozen,
    /// The page is back from the back/forward cache, or is no longer frozen. The storage is read again.
    Shown,
    /// A storage with its own lock withholds the lock, because the record has changed. The storage is read again.
    RecordChanged,
    /// The network is gone.
    Offline,
    /// The network is back.
    Online,
    /// The application has disposed of the client. The session stays in the storage.
    Dispose,
}

/// The content of the storage.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Loaded {
    /// No record.
    Nothing,
    /// A JSON object.
    Record(Members),
    /// Something that is not a JSON object.
    Garbage,
    /// Nothing is known: the storage failed, or did not respond in time.
    Unavailable,
}

/// Something that the host must do. Effects are carried out in order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Read the storage after all earlier writes, and report [`Input::Loaded`].
    Load(ReadId),
    /// Acquire the lock of this name. Then deliver the messages that the last holder broadcast before
    /// it released the lock, and proceed as for [`Effect::Load`]. Without locks: only load.
    Lock(ReadId, String),
    /// Release the lock, or withdraw the request for it. Do not release it before every peer has received
    /// the messages that were broadcast so far.
    Unlock(ReadId),
    /// Write the record, or remove it if there is none, and report [`Input::Stored`]. Writes keep their
    /// order.
    Store(WriteId, Option<Members>),
    /// Remove the record of this session, which did not end by a sign-out on this page, and report [`Input::Stored`]. If
    /// another session has replaced it in a storage of the page, the record stays; a custom storage may do the same.
    Forget(WriteId, SessionId),
    /// Move the record that was read to another key, and report [`Input::Stored`]: another client or another version has
    /// stored it with this client's key. A record that cannot be moved stays: each later write fails, and each removal
    /// does nothing, until the storage has something else.
    SetAside(WriteId),
    /// Send the request and report [`Input::ExchangeEnded`].
    Send(ExchangeId, Box<Request>),
    /// Abort the exchange: its response is no longer of use.
    Abort(ExchangeId),
    /// Send this message to all peers. The host adds the member `from`, with the page's own [`PageId`].
    Broadcast(Members),
    /// These pages do not reply: remove them from the register. A page that is still open registers again.
    ForgetPeers(Vec<PageId>),
    /// Settle the call.
    Reply(CallId, CallResult),
    /// Call the application's listeners.
    Emit(Event),
}
