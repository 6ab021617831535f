//! One page of a tab: its client, and the state of its host.

use std::collections::VecDeque;
use std::rc::Rc;

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::Config;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::Event;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::ids::{ExchangeId, ReadId};
use storefront_token_client::core::record::SessionId;
#[cfg(not(feature = "recorder"))]
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Now, Timestamp, WallTime};
#[cfg(feature = "recorder")]
use storefront_token_client::recorder::Session;

use crate::browser::Task;
use crate::browser::messages::Pipes;
use crate::clock::{Clock, Shown};
use crate::front::Front;
use crate::timers::Timers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    /// Frozen by Chromium: it was told, and receives messages. Everything else is queued.
    Frozen,
    /// No task of the page runs. Everything is queued.
    Stopped,
    /// In the back/forward cache: stopped, and without its channel.
    Cached,
    Closed,
}

/// An exchange that has not ended, or whose tokens are being written.
#[derive(Clone, Debug)]
pub struct UnderWay {
    pub id: ExchangeId,
    pub refresh_token: Option<String>,
    pub sent_at: i64,
    /// Whether it creates a session.
    pub begins: bool,
    pub responded: bool,
}

pub struct Page {
    pub session: Session,
    /// The front, which answers calls before the core does, if this shop has one.
    pub front: Option<Front>,
    pub disk: usize,
    pub state: State,
    /// The shopper does not see the page yet: it reads a copy of the tab's storage, and must do nothing else.
    pub prerendering: bool,
    pub timers: Timers,
    pub offline: bool,
    /// The events that happened while the page did not run.
    pub queued: VecDeque<Task>,
    /// The next wake-up, by the machine's monotonic clock.
    pub wakeup: Option<i64>,
    pub waiting: Vec<(CallId, Command, i64)>,
    pub replies: Vec<(CallId, Result<Reply, Error>)>,
    pub events: Vec<Event>,
    /// The reading under way, and whether it waits for a lock.
    pub reading: Option<(ReadId, bool)>,
    pub lock: Option<ReadId>,
    /// The locks that it needs no longer, and has not released yet.
    pub kept_locks: Vec<ReadId>,
    /// The locks whose release waits for the page's messages.
    pub released_locks: Vec<ReadId>,
    /// The requests that wait for these locks.
    pub deferred_requests: Vec<(ReadId, String)>,
    /// When it last saw that the storages of the origin were cleared.
    pub saw_clearing: Option<i64>,
    /// Whether the browser has refused it a lock.
    pub knows_refusal: bool,
    /// Whether another page had the lock that this page requested last.
    pub lock_was_taken: bool,
    /// When this page last got a message.
    pub heard_at: Option<i64>,
    pub pipes: Pipes,
    pub under_way: Option<UnderWay>,
    /// The refresh token that was sent last.
    pub sent: Option<String>,
    /// Since when the page listens to its peers.
    pub listens_since: i64,
    /// Since when the page has received every message.
    pub connected_since: i64,
    /// When its tokens last changed.
    pub changed_at: i64,
    /// Until when the page may be storing tokens that it adopts.
    pub adopts_until: i64,
    /// When its own exchange last brought new tokens of its session.
    pub refreshed_at: Option<i64>,
    /// The session that the last event has shown; before the first one, the session that the front has shown.
    pub shown: Option<SessionId>,
    /// The session of the page before in this tab, of which this page was told.
    pub last_session: Option<SessionId>,
    /// Whether it has ever had a session.
    pub had_session: bool,
    /// The sessions that it has held.
    pub held: Vec<String>,
    /// The session that the server ended here, and the number of its last token set, until another session begins.
    pub lost: Option<(String, f64)>,
    /// Whether the application has called `signOut()` on it.
    pub has_signed_out: bool,
    pub opened_at: i64,
    /// When it last stopped.
    pub stopped_at: i64,
    /// Whether its writes under way are lost when it is closed.
    pub loses_writes: bool,
    /// The machine's monotonic clock when the page started.
    origin: i64,
}

impl Page {
    pub fn new(config: Rc<Config>, seed: u64, disk: usize, clock: &Clock) -> Page {
        Page {
            session: Session::new(config, seed),
            front: None,
            disk,
            state: State::Running,
            prerendering: false,
            timers: Timers::OnTime,
            offline: false,
            queued: VecDeque::new(),
            wakeup: None,
            waiting: Vec::new(),
            replies: Vec::new(),
            events: Vec::new(),
            reading: None,
            lock: None,
            kept_locks: Vec::new(),
            released_locks: Vec::new(),
            deferred_requests: Vec::new(),
            saw_clearing: None,
            knows_refusal: false,
            lock_was_taken: false,
            heard_at: None,
            pipes: Pipes::default(),
            under_way: None,
            sent: None,
            listens_since: clock.mono,
            connected_since: clock.mono,
            adopts_until: 0,
            changed_at: clock.mono,
            refreshed_at: None,
            shown: None,
            last_session: None,
            had_session: false,
            held: Vec::new(),
            lost: None,
            has_signed_out: false,
            opened_at: clock.mono,
            stopped_at: clock.mono,
            loses_writes: false,
            origin: clock.mono - 500,
        }
    }

    /// Whether its core runs: before that, it hears nothing of its peers, and they hear nothing of it.
    pub fn core_runs(&self) -> bool {
        self.front.as_ref().is_none_or(|front| front.core_runs)
    }

    pub fn runs(&self) -> bool {
        self.state == State::Running
    }

    pub fn mono(&self, clock: &Clock) -> i64 {
        clock.mono - self.origin
    }

    pub fn now(&self, clock: &Clock) -> Now {
        let mono = Timestamp::from_f64(self.mono(clock) as f64);
        Now { mono, wall: WallTime::from_f64(clock.wall as f64) }
    }

    pub fn clocks(&self, clock: &Clock) -> Shown {
        Shown { mono: self.mono(clock), wall: clock.wall }
    }

    /// A timestamp of the session, by the machine's monotonic clock.
    pub fn machine_mono(&self, at: Timestamp) -> i64 {
        self.origin + crate::clock::millis(at)
    }

    /// When its timer fires, in real time.
    pub fn timer(&self, clock: &Clock) -> Option<i64> {
        let wakeup = self.wakeup.filter(|_| self.runs());
        Some(clock.real + self.timers.fire_in(wakeup, clock.mono)?)
    }

    pub fn reply(&self, call: CallId) -> Option<&Result<Reply, Error>> {
        self.replies.iter().rev().find(|(id, _)| *id == call).map(|(_, result)| result)
    }
}
