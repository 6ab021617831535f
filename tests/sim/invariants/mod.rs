//! The invariants of one page: each is a named check of one moment against a small model of what the
//! session must know.

mod effects;
mod leases;
pub mod model;
mod replies;
mod requests;
mod storage;
mod unauthorized;

use std::collections::{BTreeMap, BTreeSet};

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::event::SessionView;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::ids::{CallId, ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::{Effect, Input};
use storefront_token_client::core::record::Subject;
use storefront_token_client::core::response::ExchangeResult;

use crate::clock::Shown;
use crate::dialect::Dialect;
use crate::invariants::model::{Held, PendingExchange, is_refusal, is_rejection, retry_after};
use crate::parse::{member, status};
use crate::scenario::Scenario;
use crate::server::Server;

/// One input with its effects.
pub struct Moment<'a> {
    pub now: Shown,
    pub input: &'a Input,
    pub effects: &'a [Effect],
    pub before: Option<SessionView>,
    pub after: Option<SessionView>,
    pub wakeup: Option<i64>,
    /// Whether the session was waiting for its storage or its peers.
    pub was_restoring: bool,
}

#[derive(Clone, Debug)]
pub struct Broken {
    pub invariant: &'static str,
    pub detail: String,
}

pub struct Waiting {
    pub(crate) id: CallId,
    pub(crate) command: Command,
    pub(crate) deadline: i64,
    /// The user whose token the reply must hold.
    pub(crate) user: Option<String>,
    /// Whether it is a sign-out that has removed the record.
    pub(crate) carried_out: bool,
    /// Whether it is about a 401 for the token set that the session held.
    pub(crate) is_for_newest: bool,
}

/// How long a session waits for the storage.
const STORAGE_LIMIT: i64 = 5_000;
const REFUSABLE_WRITE_LIMIT: i64 = 35_000;

pub struct Invariants {
    pub broken: Option<Broken>,
    pub on_demand: bool,
    pub shares: bool,
    /// Whether the storage may refuse a write: then the session waits longer for it.
    pub may_refuse_writes: bool,
    /// Whether a record that cannot be read now may be read later.
    pub reads_may_recover: bool,
    /// Whether the session stays although its record is missing under the lock.
    pub outlives_its_record: bool,
    /// Whether another client wrote the stored record.
    pub foreign: bool,
    pub disposed: bool,
    pub(crate) held: Option<Held>,
    pub(crate) dialect: Dialect,
    pub(crate) waiting: Vec<Waiting>,
    /// The reading under way: of a lock, if one was requested.
    pub(crate) reading: Option<ReadId>,
    /// The time at which a session that has already read once stops waiting for this reading.
    pub(crate) reading_until: Option<i64>,
    pub(crate) lock: Option<ReadId>,
    /// Sessions that have ended.
    pub(crate) ended: Vec<String>,
    pub(crate) offline: bool,
    pub(crate) leaving: bool,
    pub(crate) pending_exchange: Option<PendingExchange>,
    /// The exchanges that go on after their session has ended.
    pub(crate) outlasting: Vec<ExchangeId>,
    pub(crate) revocations: Vec<ExchangeId>,
    /// New tokens while they are written, and how long the session waits for that.
    pub(crate) pending: Option<(WriteId, Held, i64)>,
    /// How many refreshes in a row the server has refused with `invalid_request`.
    pub(crate) refusals: u32,
    /// Whether the server has rejected the refresh token.
    pub(crate) rejected: bool,
    /// Whether a token has just come.
    pub(crate) has_new_token: bool,
    /// Whether a write has just failed, and left a record whose refresh token the server has replaced.
    pub(crate) may_forget: bool,
    pub(crate) refreshed_at: Option<i64>,
    pub(crate) guest_at: Option<i64>,
    pub(crate) not_before: Option<i64>,
    pub(crate) last_was_refresh: bool,
    pub(crate) retry_at: Option<i64>,
    /// Whether a sign-out is still to be carried out whose call has had its reply.
    pub(crate) owes_sign_out: bool,
    /// Whether such a sign-out may still come although the record was removed for another reason.
    pub(crate) may_sign_out: bool,
    /// The addresses whose 401 was reported, and that have accepted no token since.
    pub(crate) rejecting: BTreeSet<String>,
    /// The token of the refresh that the 401 of an address has led to, if the address has accepted no token since.
    pub(crate) refreshed_for: BTreeMap<String, String>,
}

impl Invariants {
    pub fn of(scenario: &Scenario) -> Invariants {
        Invariants {
            on_demand: scenario.on_demand,
            shares: scenario.shares,
            may_refuse_writes: scenario.storage == StorageKind::Custom { has_lock: true },
            reads_may_recover: matches!(scenario.storage, StorageKind::Custom { .. }),
            outlives_its_record: scenario.outlives_its_record(),
            ..Invariants::new(scenario.dialect)
        }
    }

    fn new(dialect: Dialect) -> Invariants {
        Invariants {
            broken: None,
            on_demand: false,
            shares: false,
            may_refuse_writes: false,
            reads_may_recover: false,
            outlives_its_record: false,
            foreign: false,
            disposed: false,
            held: None,
            dialect,
            waiting: Vec::new(),
            reading: None,
            reading_until: None,
            lock: None,
            ended: Vec::new(),
            offline: false,
            leaving: false,
            pending_exchange: None,
            outlasting: Vec::new(),
            revocations: Vec::new(),
            pending: None,
            refusals: 0,
            rejected: false,
            has_new_token: false,
            may_forget: false,
            refreshed_at: None,
            guest_at: None,
            not_before: None,
            last_was_refresh: false,
            retry_at: None,
            owes_sign_out: false,
            may_sign_out: false,
            rejecting: BTreeSet::new(),
            refreshed_for: BTreeMap::new(),
        }
    }

    pub(crate) fn write_limit(&self) -> i64 {
        if self.may_refuse_writes { REFUSABLE_WRITE_LIMIT } else { STORAGE_LIMIT }
    }

    /// Only the first broken invariant is kept.
    pub fn check(&mut self, holds: bool, invariant: &'static str, detail: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken { invariant, detail: detail() });
        }
    }

    pub fn called(&mut self, id: CallId, command: &Command, deadline: i64, view: Option<SessionView>) {
        let user = match command {
            Command::TokenAfter401(ticket) => ticket.user_session(),
            _ => view.filter(|v| v.subject() == Subject::User).map(|view| view.id().to_text()),
        };
        let newest = self.held.as_ref().map(|held| held.access.as_str());
        let is_for_newest =
            matches!(command, Command::TokenAfter401(ticket) if Some(ticket.token().expose()) == newest);
        self.waiting.push(Waiting {
            id,
            command: command.clone(),
            deadline,
            user,
            carried_out: false,
            is_for_newest,
        });
    }

    pub fn is_waiting(&self, id: CallId) -> bool {
        self.waiting.iter().any(|waiting| waiting.id == id)
    }

    pub fn is_exchanging(&self) -> bool {
        self.pending_exchange.is_some()
    }

    /// Whether a request of any kind is under way.
    fn is_sending(&self) -> bool {
        self.is_exchanging() || !self.outlasting.is_empty() || !self.revocations.is_empty()
    }

    pub fn all_waiting(&self) -> Vec<CallId> {
        self.waiting.iter().map(|waiting| waiting.id).collect()
    }

    pub fn reloaded(&mut self) {
        let Invariants {
            on_demand, shares, may_refuse_writes, reads_may_recover, outlives_its_record, ..
        } = *self;
        let broken = self.broken.take();
        *self = Invariants {
            on_demand,
            shares,
            may_refuse_writes,
            reads_may_recover,
            outlives_its_record,
            broken,
            ..Invariants::new(self.dialect)
        };
    }

    pub fn keeps_secrets(&mut self, shown: &str) {
        self.check(!shown.contains("SECRET"), "debug_shows_no_secret", || shown.to_owned());
    }

    pub fn check_all(&mut self, moment: &Moment, server: &Server) {
        self.has_new_token = false;
        self.may_forget = false;
        self.check_unauthorized(moment);
        self.apply(moment, server);
        for effect in moment.effects {
            self.check_effect(effect, moment, server);
        }
        if let Some(held) = &mut self.held {
            held.grow_older(moment.now);
        }
        if self.reading_until.take_if(|until| *until <= moment.now.mono).is_some() {
            self.reading = None;
            self.rejected &= !self.reads_may_recover;
        }
        self.check_state(moment);
    }

    fn count_refusals(&mut self, result: &ExchangeResult) {
        // A plain rejection that could not be confirmed leaves the count as it was.
        if status(result).is_some() && !is_rejection(self.dialect, result, 0) {
            let granted_here = self.held.as_ref().is_some_and(|held| held.granted_here);
            let refused = granted_here && is_refusal(self.dialect, result);
            self.refusals = if refused { self.refusals + 1 } else { 0 };
        }
    }

    /// Applies the changes of the input itself.
    fn apply(&mut self, moment: &Moment, server: &Server) {
        match moment.input {
            Input::Loaded(read, loaded) if self.reading == Some(*read) => {
                self.reading = None;
                self.apply_loaded(loaded, moment, server);
            }
            Input::ExchangeEnded(id, result) => {
                self.revocations.retain(|revocation| revocation != id);
                if self.outlasting.contains(id) {
                    self.outlasting.retain(|exchange| exchange != id);
                    self.check_late_tokens(member(result, "refresh_token").map(str::to_owned), moment);
                }
                if let Some(was) =
                    self.pending_exchange.take_if(|pending_exchange| pending_exchange.id == *id)
                {
                    self.last_was_refresh = was.kind == GrantKind::Refresh;
                    if was.kind == GrantKind::Refresh {
                        self.count_refusals(result);
                    }
                    // Only the core knows whether two refusals are far enough apart: then it asks for a newer token.
                    let asks = moment.effects.iter().any(|effect| matches!(effect, Effect::Load(_)));
                    let refusals = if asks { self.refusals } else { 0 };
                    if was.kind == GrantKind::Refresh && is_rejection(self.dialect, result, refusals) {
                        self.rejected = true;
                        self.not_before = None;
                    } else if let Some(token) = member(result, "access_token") {
                        let held = Held::granted(
                            token,
                            member(result, "refresh_token"),
                            &was,
                            server,
                            self.held.as_ref(),
                        );
                        self.pending = None;
                        self.expect_write(held, moment);
                    } else if was.kind != GrantKind::SignIn {
                        self.not_before = retry_after(result).map(|wait| moment.now.mono + wait);
                    }
                }
            }
            Input::Dispose => self.disposed = true,
            Input::Offline => self.offline = true,
            Input::Online => self.offline = false,
            Input::Hidden => self.leaving = true,
            Input::Shown => self.leaving = false,
            _ => {}
        }
        self.commit(moment);
    }

    fn check_state(&mut self, moment: &Moment) {
        let now = moment.now.mono;
        let overdue = self.waiting.iter().find(|waiting| waiting.deadline <= now).map(|waiting| waiting.id);
        self.check(overdue.is_none(), "every_call_has_its_reply_in_time", || format!("{overdue:?}"));
        let future = moment.wakeup.is_none_or(|at| at > now);
        self.check(future, "a_wake_up_is_in_the_future", || format!("{:?} at {now}", moment.wakeup));
        let idle = self.pending_exchange.is_none() && self.lock.is_none();
        if let Some(at) = self.retry_at.take().filter(|_| idle && self.held.is_some()) {
            let comes = moment.wakeup.is_some_and(|wakeup| wakeup <= at);
            self.check(comes, "a_retry_comes_when_announced", || format!("{:?}, not {at}", moment.wakeup));
        }
        let forgotten = self.owes_sign_out && self.held.is_some();
        self.check(!forgotten, "no_sign_out_is_forgotten", String::new);
        let sends = moment.effects.iter().any(|effect| {
            matches!(effect, Effect::Send(_, request) if request.url == crate::scenario::TOKEN_ENDPOINT)
        });
        let behind = self.on_demand && self.waiting.is_empty() && sends && self.is_exchanging();
        self.check(!behind, "on_demand_nothing_is_sent_without_a_call", String::new);
        let idle = self.on_demand && self.waiting.is_empty() && !self.is_sending() && self.pending.is_none();
        self.check(
            !idle || moment.wakeup.is_none(),
            "on_demand_a_timer_only_limits_a_request_or_the_write_of_its_tokens",
            || format!("{:?}", moment.wakeup),
        );
        let busy = self.reading.is_some() || self.pending_exchange.is_some() || self.pending.is_some();
        self.check(self.lock.is_none() || busy, "a_lock_is_held_for_one_exchange", || {
            format!("{:?}", moment.input)
        });
        let held = self.held.as_ref().map(|held| held.guest);
        let seen = moment.after.as_ref().map(|view| view.subject() == Subject::Guest);
        self.check(held == seen, "no_session_is_lost", || {
            format!("{held:?} is held, {seen:?} is seen, after {:?} from {:?}", moment.input, moment.before)
        });
    }
}
