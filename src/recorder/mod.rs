//! The recorder: keeps the last inputs and effects of a session, without secrets, and replays them.
//!
//! The core is a machine: the same inputs at the same times lead to the same effects. So a recording holds a session as it
//! was before its first input, and the inputs since. Both contain placeholders only: they never contained a secret
//! ([`redaction`](crate::core::redaction)). To show that the placeholders changed no decision, and that the same core
//! replays the recording, each input comes with a `summary` of the effects that it really had.

mod recording;
mod replay;
mod story;
mod summary;

use std::collections::VecDeque;
use std::ops::Deref;
use std::rc::Rc;

use self::recording::{Recorded, Recording};
pub use self::replay::{Replay, replay};
use self::summary::summary;
use crate::core::config::Config;
use crate::core::io::{Effect, Input};
use crate::core::redaction::Redaction;
use crate::core::session;
use crate::core::time::Now;

/// A recording has this many inputs at most: the last ones.
pub const LONGEST: usize = 500;

/// A session that is recorded. It stands in for [`session::Session`].
#[derive(Clone, Debug)]
pub struct Session {
    session: session::Session,
    redaction: Redaction,
    /// The session, without secrets, as it was before the first input that is kept.
    start: session::Session,
    inputs: VecDeque<Recorded>,
    /// How many inputs came before.
    forgotten: u32,
}

impl Session {
    /// A session of which nothing is known yet: see [`session::Session::new`].
    pub fn new(config: impl Into<Rc<Config>>, seed: u64) -> Session {
        let config = config.into();
        let (redaction, redacted) = Redaction::of(&config);
        Session {
            session: session::Session::new(config, seed),
            redaction,
            start: session::Session::new(redacted, seed),
            inputs: VecDeque::new(),
            forgotten: 0,
        }
    }

    /// Takes an input in, and records it.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let redacted = self.redaction.input(&input);
        let effects = self.session.handle(now, input);
        self.keep(Recorded { now, input: redacted, effects: effects.iter().map(summary).collect() });
        effects
    }

    fn keep(&mut self, recorded: Recorded) {
        if self.inputs.len() == LONGEST
            && let Some(first) = self.inputs.pop_front()
        {
            self.start.handle(first.now, first.input);
            self.forgotten = self.forgotten.saturating_add(1);
        }
        self.inputs.push_back(recorded);
    }

    /// The recording, as JSON.
    pub fn recording(&self) -> String {
        Recording::of(&self.start, &self.inputs, self.forgotten).to_json()
    }
}

impl Deref for Session {
    type Target = session::Session;

    fn deref(&self) -> &session::Session {
        &self.session
    }
}
