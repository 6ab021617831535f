//! The page's life cycle: prerendering, hidden, frozen, shown again, offline, disposed of.
//!
//! A prerendering page has a copy of the tab's storage, which is thrown away at its activation. Until then, no lock is
//! granted to it, and the browser would hold its messages back. So it reads the copy, and sends and writes nothing. If it
//! finds a session, it gives out that session, and its token if that is valid. Every other call waits for the activation.

use super::Session;
use super::calls::Want;
use super::phase::Phase;
use super::wait::STORAGE_LIMIT;
use crate::core::call::Command;
use crate::core::error::{Code, Error};
use crate::core::time::Now;

/// The condition of the page.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct PageState {
    pub(super) prerendering: bool,
    /// The page is frozen, or in the back/forward cache, or about to close.
    pub(super) hidden: bool,
    pub(super) offline: bool,
    /// The application has disposed of the client.
    pub(super) disposed: bool,
}

impl PageState {
    /// Whether the session may change without an input.
    pub(super) fn may_act(&self) -> bool {
        !(self.disposed || self.prerendering)
    }

    /// Whether a grant may be sent: the page expects to see the response. `offline` holds back background refreshes only,
    /// and does not count here: the host may be wrong about the network.
    pub(super) fn may_send(&self) -> bool {
        !(self.prerendering || self.hidden || self.disposed)
    }
}

impl Session {
    /// Whether a call has to wait until the page is activated.
    pub(super) fn waits_for_activation(&self, want: &Want) -> bool {
        let reads = matches!(want, Want::Undecided(Command::Session | Command::Token { .. }));
        self.page.prerendering && !(reads && self.active().is_some() && !self.sign_out_pending)
    }

    /// The shopper sees the page. What it has read may be out of date, so it reads the tab's own storage. The time
    /// of the waiting calls begins now.
    pub(super) fn page_activated(&mut self, now: Now) {
        self.page.prerendering = false;
        self.calls.restart(now.mono.after(self.config.timeout()));
        if matches!(self.phase, Phase::Reading(_) | Phase::Ready) && !self.page.disposed {
            self.read_storage(now.mono.after(STORAGE_LIMIT));
        }
    }

    /// A page in the back/forward cache loses its place in the queue for the lock, and its claim.
    pub(super) fn page_hidden(&mut self) {
        self.page.hidden = true;
        if matches!(self.phase, Phase::Claiming(_) | Phase::Locking(_)) {
            self.enter(Phase::Ready);
        }
    }

    /// The page has missed the messages of its peers.
    pub(super) fn page_shown(&mut self, now: Now) {
        self.page.hidden = false;
        self.catch_up(now);
    }

    /// Reads the storage, or asks the peers again.
    pub(super) fn catch_up(&mut self, now: Now) {
        match &self.phase {
            Phase::Ready | Phase::AskingPeers | Phase::Claiming(_) | Phase::Locking(_)
                if !self.page.disposed =>
            {
                self.read_storage(now.mono.after(STORAGE_LIMIT));
            }
            Phase::ConfirmingRejection(confirmation) => {
                let error = confirmation.error.clone();
                self.confirm_rejection(error, now);
            }
            Phase::Exchanging(_) | Phase::Storing(_) => self.ask_peers(),
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers
            | Phase::Ready
            | Phase::Claiming(_)
            | Phase::Locking(_) => {}
        }
    }

    pub(super) fn network_restored(&mut self) {
        self.page.offline = false;
        self.pacing.network_restored();
    }

    /// Stops everything but an exchange that is under way: its tokens are still stored.
    pub(super) fn dispose(&mut self) {
        self.page.disposed = true;
        self.roll_call = None;
        if matches!(
            self.phase,
            Phase::AskingPeers | Phase::Claiming(_) | Phase::Locking(_) | Phase::ConfirmingRejection(_)
        ) {
            self.enter(Phase::Ready);
        }
        self.reply_to_each(&|_, _| Some(Err(Error::new(Code::Disposed))));
    }
}
