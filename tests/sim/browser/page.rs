//! One page of a tab: a client, and what its host keeps for it.

use std::collections::VecDeque;
use std::rc::Rc;

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::Config;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::Event;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::ids::{ExchangeId, ReadId};
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Now, Timestamp, WallTime};

use crate::browser::Happening;
use crate::clock::Clock;
use crate::world::Timers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Runs,
    /// It was told before, and hears others; all else is kept for later. So Chromium freezes pages.
    Frozen,
    /// Nothing of it runs; what happens is kept for later.
    Stopped,
    /// In the back/forward cache: as stopped, and without its channel.
    Cached,
    Closed,
}

/// A token request without an answer yet, or whose tokens are being written.
#[derive(Clone, Debug)]
pub struct UnderWay {
    pub id: ExchangeId,
    pub refresh_token: Option<String>,
    pub sent_at: i64,
    /// It was sent where there was no session.
    pub begins: bool,
    pub answered: bool,
}

pub struct Page {
    pub session: Session,
    pub disk: usize,
    pub state: State,
    pub timers: Timers,
    pub offline: bool,
    /// What happened while it did not run.
    pub kept: VecDeque<Happening>,
    /// When it wants to be woken, by the machine's monotonic clock.
    pub wakeup: Option<i64>,
    pub waiting: Vec<(CallId, Command, i64)>,
    pub replies: Vec<(CallId, Result<Reply, Error>)>,
    pub events: Vec<Event>,
    /// The reading, and whether it is done under a lock.
    pub reading: Option<(ReadId, bool)>,
    pub lock: Option<ReadId>,
    pub under_way: Option<UnderWay>,
    /// The refresh token that was sent last.
    pub sent: Option<String>,
    /// Since when it has heard every message.
    pub hears_since: i64,
    /// When it last had other tokens.
    pub news_at: i64,
    /// Whether it has ever had a session.
    pub had_session: bool,
    pub opened_at: i64,
    /// Its writes come to nothing once it is closed.
    pub loses_writes: bool,
    /// What the machine's monotonic clock showed when it began.
    origin: i64,
}

impl Page {
    pub fn new(config: Rc<Config>, seed: u64, disk: usize, clock: &Clock) -> Page {
        Page {
            session: Session::new(config, seed),
            disk,
            state: State::Runs,
            timers: Timers::OnTime,
            offline: false,
            kept: VecDeque::new(),
            wakeup: None,
            waiting: Vec::new(),
            replies: Vec::new(),
            events: Vec::new(),
            reading: None,
            lock: None,
            under_way: None,
            sent: None,
            hears_since: clock.mono,
            news_at: clock.mono,
            had_session: false,
            opened_at: clock.mono,
            loses_writes: false,
            origin: clock.mono - 500,
        }
    }

    pub fn runs(&self) -> bool {
        self.state == State::Runs
    }

    pub fn mono(&self, clock: &Clock) -> i64 {
        clock.mono - self.origin
    }

    pub fn now(&self, clock: &Clock) -> Now {
        let mono = Timestamp::from_f64(self.mono(clock) as f64);
        Now { mono, wall: WallTime::from_f64(clock.wall as f64) }
    }

    /// A reading that the session gave, by the machine's monotonic clock.
    pub fn machine_mono(&self, at: Timestamp) -> i64 {
        self.origin + crate::clock::millis(at)
    }

    /// When its timer fires, in real time.
    pub fn timer(&self, clock: &Clock) -> Option<i64> {
        let late = match self.timers {
            _ if !self.runs() => return None,
            Timers::OnTime => 0,
            Timers::Late(late) => late,
            Timers::Never => return None,
        };
        Some(clock.real + (self.wakeup? - clock.mono).max(0).saturating_add(late))
    }

    pub fn answer(&self, call: CallId) -> Option<&Result<Reply, Error>> {
        self.replies.iter().rev().find(|(id, _)| *id == call).map(|(_, result)| result)
    }
}
