//! The last session of this tab's previous page. If this page finds no session, the application learns why.

use std::rc::Rc;

use super::Session;
use crate::core::config::Config;
use crate::core::error::{Code, Error};
use crate::core::event::{Reason, SessionView};
use crate::core::members::Members;
use crate::core::record::Record;
use crate::core::time::Now;

/// A session that was there, and why it is no longer there.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct LastSession {
    view: SessionView,
    /// How a client has ended it. If no client did, the record was cleared.
    end: Reason,
}

impl LastSession {
    /// Reads what a client of the previous page has left. `None` if it is not this client's.
    pub(super) fn read(last: &Members, config: &Config, now: Now) -> Option<LastSession> {
        let end = match last.text("ended") {
            Some("refresh-rejected") => Reason::RefreshRejected,
            Some("expired") => Reason::Expired,
            Some(_) | None => Reason::StorageCleared,
        };
        let record = Record::from_members(last, config, now).ok().flatten()?;
        Some(LastSession { view: SessionView::of(&Rc::new(record)), end })
    }
}

impl Session {
    /// The storage was read. If there is no session, but the application has seen one in this page or in the page
    /// before, it is told what became of it.
    pub(super) fn report_lost_session(&mut self) {
        if self.active().is_some() {
            return;
        }
        let last = self.last_session.take();
        let shown = self.shown_session.take();
        let Some(lost) = shown.as_ref().or(last.as_ref().map(|last| &last.view)) else { return };
        let end =
            last.as_ref().filter(|last| last.view.id() == lost.id() && !self.is_signed_out(lost.record()));
        let reason = end.map_or(Reason::SignedOutElsewhere, |last| last.end);
        self.shown_session = Some(lost.clone());
        let was_ended = matches!(reason, Reason::RefreshRejected | Reason::Expired);
        let error = was_ended
            .then(|| Error::because(Code::LoginRequired, "the session ended before this page was loaded"));
        self.session_changed(reason, error);
    }
}
