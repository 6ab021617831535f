//! The page's signals and its peers' messages.

use super::{Driver, handle_if_alive};
use crate::core::io::Input;
use crate::web::host::SignalListener;
use crate::web::json;
use crate::web::last_session::last_session;
use crate::web::peers::Peers;

impl Driver {
    /// Listens to the page and its peers, from the first call on. A function of the host that the application has
    /// replaced may call the client meanwhile.
    pub(super) fn listen(&self) {
        if !self.is_disposed.get() && !self.is_listening.replace(true) {
            if self.has_peers {
                let this = self.this.clone();
                let receive = move |message| handle_if_alive(&this, Input::Message(message));
                let this = self.this.clone();
                let report = move |pages, is_cleared| {
                    handle_if_alive(&this, Input::Peers(pages));
                    if is_cleared {
                        handle_if_alive(&this, Input::StorageCleared);
                    }
                };
                let name = self.config.storage_key();
                let presence = self.context.front.presence(name, &self.config.owner());
                self.peers
                    .get_or_init(|| Peers::new((name, &presence), receive, report, &self.missing))
                    .open();
                self.recall(name);
            }
            if let Some(record) = json::members(&self.context.front.shown_record()) {
                self.handle(Input::FrontHasShown(record));
            }
            let this = self.this.clone();
            let signals = SignalListener::new(move |signal| {
                if let Some(driver) = this.upgrade() {
                    driver.on_signal(signal);
                }
            });
            self.signals.replace(Some(signals));
            if self.is_disposed.get() {
                self.stop_listening();
            }
        }
    }

    pub(super) fn stop_listening(&self) {
        let signals = self.signals.take();
        drop(signals);
        if let Some(peers) = self.peers.get() {
            peers.close();
        }
    }

    /// Reports the session of this tab's previous page, and keeps that of this page for the next one.
    fn recall(&self, name: &str) {
        let Some(is_local) = self.storage.is_local() else { return };
        let last = last_session(name, is_local, &self.context.front.events());
        if let Some(last) = json::members(&last) {
            self.handle(Input::LastSession(last));
        }
    }

    /// A page in the back/forward cache does not receive messages. When it is shown, the core asks for
    /// the ones that it missed.
    fn on_signal(&self, signal: Input) {
        if let Some(peers) = self.peers.get() {
            if matches!(signal, Input::Shown | Input::Activated) {
                peers.open();
            } else if matches!(signal, Input::Hidden) {
                peers.close();
            } else if matches!(signal, Input::Frozen) {
                peers.release_locks();
            } else {
                peers.register_again();
            }
        }
        self.handle(signal);
    }
}
