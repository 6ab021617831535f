//! The schedule: which grant may be sent, and when. Sending, waking up and replying all follow it.

use super::Session;
use super::active::ActiveSession;
use super::calls::SignInWant;
use super::pacing::is_background_refreshable;
use super::phase::Phase;
use crate::core::config::RefreshMode;
use crate::core::grant::GrantKind;
use crate::core::time::{Now, Timestamp};

/// A grant, and when it may be sent. Without a time, it may be sent at once.
pub(super) struct Planned {
    kind: GrantKind,
    at: Option<Timestamp>,
}

impl Planned {
    fn is_reached(&self, now: Now) -> bool {
        self.at.is_none_or(|at| at <= now.mono)
    }
}

impl Session {
    /// The grant that may be sent now, if there is one.
    pub(super) fn next_grant(&self, now: Now) -> Option<GrantKind> {
        self.planned()
            .into_iter()
            .flatten()
            .find(|planned| planned.is_reached(now))
            .map(|planned| planned.kind)
    }

    /// When to look at the schedule again while no exchange is under way.
    pub(super) fn next_event_at(&self) -> Option<Timestamp> {
        let grants = self.planned().into_iter().flatten().filter_map(|planned| planned.at);
        grants.chain(self.expiry_at()).min()
    }

    /// The grants that may be sent, the most important one first.
    fn planned(&self) -> [Option<Planned>; 2] {
        if !self.page.may_send() {
            return [None, None];
        }
        if let Some((_, want)) = self.calls.sign_in() {
            return self.planned_sign_in(want);
        }
        if self.calls.adoption().is_some() {
            return [Some(Planned { kind: GrantKind::Adoption, at: None }), None];
        }
        let wanted = self.calls.any_needs_token();
        match self.active() {
            Some(active) => [
                self.refresh_for_calls(active).filter(|_| wanted),
                self.background_refresh_at(active)
                    .filter(|_| !self.page.offline)
                    .map(|at| Planned { kind: GrantKind::Refresh, at: Some(at) }),
            ],
            None => {
                let guest = wanted && self.config.guest_grant.is_some();
                [guest.then(|| Planned { kind: GrantKind::Guest, at: self.pacing.guest_at() }), None]
            }
        }
    }

    /// A sign-in does not wait, unless a peer may have a newer token of the guest that it merges. The
    /// guest's token is refreshed first if it is due.
    fn planned_sign_in(&self, want: &SignInWant) -> [Option<Planned>; 2] {
        let guest = self.mergeable_guest().filter(|guest| guest.can_refresh());
        let deferred_until = guest.and(self.pacing.deferred_until().max(self.roll_call_deadline()));
        let due = guest.filter(|_| !want.guest_refreshed).and_then(ActiveSession::due_at);
        let refresh = due.map(|due| Planned { kind: GrantKind::Refresh, at: Some(due).max(deferred_until) });
        [refresh, Some(Planned { kind: GrantKind::SignIn, at: deferred_until })]
    }

    fn refresh_for_calls(&self, active: &ActiveSession) -> Option<Planned> {
        let at = self.pacing.refresh_at().max(self.roll_call_deadline());
        active.can_refresh().then_some(Planned { kind: GrantKind::Refresh, at })
    }

    /// When the token is refreshed even if no call needs it. A token without a due time is never refreshed in the
    /// background.
    pub(super) fn background_refresh_at(&self, active: &ActiveSession) -> Option<Timestamp> {
        let refreshes = self.config.options.refresh == RefreshMode::Background
            && active.can_refresh()
            && is_background_refreshable(active.record.tokens.lifetime);
        let due_at = active.due_at().filter(|_| refreshes)?;
        Some(due_at).max(self.pacing.background_at()).max(self.roll_call_deadline())
    }

    /// When a session ends that cannot be refreshed.
    fn expiry_at(&self) -> Option<Timestamp> {
        let active = self.active().filter(|active| !active.can_refresh())?;
        active.expires_at().filter(|_| self.config.options.refresh == RefreshMode::Background)
    }

    /// Whether a refresh that calls can wait for is under way, or may be sent now.
    pub(super) fn is_refreshing_for_calls(&self, now: Now) -> bool {
        match &self.phase {
            Phase::Exchanging(exchange) => exchange.purpose.kind == GrantKind::Refresh,
            Phase::Claiming(_) | Phase::Locking(_) | Phase::ConfirmingRejection(_) => true,
            Phase::Ready => {
                let refresh = self.active().and_then(|active| self.refresh_for_calls(active));
                self.page.may_send() && refresh.is_some_and(|refresh| refresh.is_reached(now))
            }
            Phase::New | Phase::Reading(_) | Phase::AskingPeers | Phase::Storing(_) => false,
        }
    }

    /// The guest that a sign-in would merge.
    pub(super) fn mergeable_guest(&self) -> Option<&ActiveSession> {
        self.config.server.guest_token_parameter()?;
        self.active().filter(|active| active.is_guest())
    }
}
