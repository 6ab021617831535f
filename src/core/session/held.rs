//! The session that this page holds, or why it holds none.

use std::mem;
use std::rc::Rc;

use super::Session;
use super::active::ActiveSession;
use super::pacing::random_lead;
use crate::core::client_authentication::SecretPlace;
use crate::core::error::Error;
use crate::core::event::SessionView;
use crate::core::record::{Generation, Record, SessionId, Subject};
use crate::core::session_ids::SessionIds;
use crate::core::time::Now;

/// A session, or none.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Held {
    Active(ActiveSession),
    Vacant(Vacancy),
}

/// No session, and the facts about its absence that calls and the next session need.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Vacancy {
    /// Why the last session ended.
    pub(super) error: Option<Error>,
    /// The session, if it was lost (see [`SessionIds`]). The next session replaces it.
    pub(super) lost: Option<LostSession>,
}

/// What is left of a lost session.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct LostSession {
    pub(super) id: SessionId,
    pub(super) subject: Subject,
    lineage: Lineage,
}

impl LostSession {
    pub(super) fn of(record: &Record) -> LostSession {
        let lineage = Lineage::after(record, Some(record.generation));
        LostSession { id: record.id, subject: record.subject, lineage }
    }
}

/// What a session takes over from the one that it replaces: two lists of its record.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Lineage {
    pub(super) replaces: SessionIds,
    pub(super) kept_beside: SessionIds,
}

impl Lineage {
    fn after(record: &Record, lost: Option<Generation>) -> Lineage {
        Lineage { replaces: record.replaces.with(record.id, lost), kept_beside: record.kept_beside.clone() }
    }
}

impl Session {
    pub(super) fn active(&self) -> Option<&ActiveSession> {
        match &self.held {
            Held::Active(active) => Some(active),
            Held::Vacant(_) => None,
        }
    }

    pub(super) fn active_mut(&mut self) -> Option<&mut ActiveSession> {
        match &mut self.held {
            Held::Active(active) => Some(active),
            Held::Vacant(_) => None,
        }
    }

    pub(super) fn vacancy(&self) -> Option<&Vacancy> {
        match &self.held {
            Held::Active(_) => None,
            Held::Vacant(vacancy) => Some(vacancy),
        }
    }

    pub(super) fn record(&self) -> Option<&Rc<Record>> {
        self.active().map(|active| &active.record)
    }

    pub(super) fn held_id(&self) -> Option<SessionId> {
        self.record().map(|record| record.id)
    }

    /// The session that is held, if it is a user's.
    pub(super) fn user_session(&self) -> Option<SessionId> {
        self.record().filter(|record| record.subject == Subject::User).map(|record| record.id)
    }

    /// What the next session takes over.
    pub(super) fn lineage(&self) -> Lineage {
        match &self.held {
            Held::Active(active) => Lineage::after(&active.record, None),
            Held::Vacant(vacancy) => {
                vacancy.lost.as_ref().map(|lost| lost.lineage.clone()).unwrap_or_default()
            }
        }
    }

    /// Whether this page never had a session. A page whose session has ended must not take just any session of a peer.
    pub(super) fn never_had_session(&self) -> bool {
        self.token_serial == Generation::default()
    }

    /// The session as the application sees it, as far as the storage was read.
    pub fn view(&self) -> Option<SessionView> {
        self.record().map(SessionView::of)
    }

    /// What the exchange that is under way is for.
    #[cfg(feature = "recorder")]
    pub fn exchange_kind(&self) -> Option<crate::core::grant::GrantKind> {
        self.phase.purpose().map(|purpose| purpose.kind)
    }

    pub(super) fn age_token(&mut self, now: Now) {
        if let Some(active) = self.active_mut() {
            active.grow_older(now);
        }
    }

    /// Once the refresh token has expired, a refresh would end the session, but the access token may still be valid.
    /// So from the next call on, the access token is used to its end.
    pub(super) fn forget_expired_refresh_token(&mut self, now: Now) {
        if let Some(active) = self.active_mut() {
            active.forget_expired_refresh_token(now);
        }
    }

    /// Makes this record the session that is held.
    pub(super) fn activate(&mut self, record: Rc<Record>, now: Now) {
        // The page before may have found out how the client has to authenticate.
        if record.client_checksum == Some(self.config.client_checksum(SecretPlace::Header)) {
            self.secret_place = SecretPlace::Header;
        }
        let lead =
            random_lead(record.tokens.lifetime, self.config.options.refresh_lead_time, &mut self.random);
        self.token_serial = self.token_serial.next();
        // The list is kept even if a peer did the refresh. Otherwise two pages whose API rejects every token would refresh in
        // turn for ever.
        let before = self.active().filter(|before| before.record.id == record.id && before.is_recent(now));
        let rejecting_addresses = before.map(|before| before.rejecting_addresses.clone()).unwrap_or_default();
        let mut active = ActiveSession::new(record, self.token_serial, lead);
        active.rejecting_addresses = rejecting_addresses;
        self.held = Held::Active(active);
        self.last_session = None;
        self.pacing.forget_failures();
        self.age_token(now);
    }

    /// From now on no session is held, for no known reason. Gives the session that was held.
    pub(super) fn vacate(&mut self) -> Option<Rc<Record>> {
        self.pacing.forget_failures();
        match mem::replace(&mut self.held, Held::Vacant(Vacancy::default())) {
            Held::Active(active) => Some(active.record),
            Held::Vacant(_) => None,
        }
    }
}
