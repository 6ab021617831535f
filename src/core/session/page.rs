//! The page's life cycle: hidden, frozen, shown again, offline, disposed of.

use super::Session;
use super::phase::Phase;
use super::wait::STORAGE_LIMIT;
use crate::core::error::{Code, Error};
use crate::core::time::Now;

/// The condition of the page.
#[derive(Clone, Debug, Default)]
pub(super) struct PageState {
    /// The page is frozen, or in the back/forward cache, or about to close.
    pub(super) hidden: bool,
    pub(super) offline: bool,
    /// The application has disposed of the client.
    pub(super) disposed: bool,
}

impl PageState {
    /// Whether a grant may be sent: the page expects to see the response.
    pub(super) fn may_send(&self) -> bool {
        !(self.hidden || self.offline || self.disposed)
    }
}

impl Session {
    /// A page in the back/forward cache loses its place in the queue for the lock, and its claim.
    pub(super) fn page_hidden(&mut self) {
        self.page.hidden = true;
        if matches!(self.phase, Phase::Claiming(_) | Phase::Locking(_)) {
            self.enter(Phase::Ready);
        }
    }

    /// The page has missed the messages of its peers: reads the storage, and asks again what it was waiting
    /// for.
    pub(super) fn page_shown(&mut self, now: Now) {
        self.page.hidden = false;
        match &self.phase {
            Phase::Ready | Phase::AskingPeers(_) | Phase::Claiming(_) | Phase::Locking(_)
                if !self.page.disposed =>
            {
                self.read_storage(Some(now.mono.after(STORAGE_LIMIT)));
            }
            Phase::ConfirmingRejection(confirmation) => {
                let error = confirmation.error.clone();
                self.confirm_rejection(error, now);
            }
            Phase::Exchanging(_) | Phase::Storing(_) => self.ask_peers(),
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers(_)
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
        if matches!(
            self.phase,
            Phase::AskingPeers(_) | Phase::Claiming(_) | Phase::Locking(_) | Phase::ConfirmingRejection(_)
        ) {
            self.enter(Phase::Ready);
        }
        self.answer_each(&|_, _| Some(Err(Error::new(Code::Disposed))));
    }
}
