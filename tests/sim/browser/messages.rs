//! The messages of pages (BroadcastChannel): from a page to the browser, and from there to every other page.
//!
//! Each connection keeps the order of its messages. Locks have connections of their own, so that a lock may overtake a
//! message.

use storefront_token_client::core::ids::ReadId;
use storefront_token_client::core::members::Members;

use crate::browser::register::page_id;
use crate::browser::{Browser, State, Task};

#[derive(Clone, Copy, Debug)]
pub struct Channel {
    /// The longest time from a page to a page.
    pub delay: i64,
    /// One message out of this number is lost.
    pub loses_one_in: Option<u64>,
}

/// A connection that keeps the order of its messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pipe {
    last: i64,
}

impl Pipe {
    /// When a message arrives that is sent now.
    fn arrival(&mut self, now: i64, latency: i64) -> i64 {
        self.last = self.last.max(now + latency);
        self.last
    }
}

/// The connections between a page and the browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pipes {
    pub posts: Pipe,
    pub messages: Pipe,
    pub lock_requests: Pipe,
    pub lock_grants: Pipe,
    pub entries: Pipe,
}

/// What a page does once its echo shows that earlier messages have arrived.
#[derive(Clone, Copy, Debug)]
pub enum AfterEcho {
    /// Reads the record under the lock: what peers have broadcast before is here.
    Read(ReadId),
    /// Releases the lock: what this page has broadcast is on its way to every peer.
    Release(ReadId),
}

impl Browser {
    pub(in crate::browser) fn broadcast(&mut self, from: usize, message: &Members) {
        self.coverage.messages += 1;
        if message.text("message") == Some("signed-out") {
            self.sign_outs.retain(|other| other.text("id") != message.text("id"));
            self.sign_outs.push(message.clone());
        }
        let mut message = message.clone();
        message.push_text("from", Some(&page_id(from).0));
        let at = self.arrival(from, self.channel.delay / 2, |pipes| &mut pipes.posts);
        self.later(at, from, Task::Posted(message));
    }

    pub(in crate::browser) fn send_to_peers(&mut self, from: usize, message: &Members) {
        for to in 0..self.pages.len() {
            let peer = &self.pages[to];
            let deaf = !peer.core_runs() || matches!(peer.state, State::Cached | State::Closed);
            let lost = self.channel.loses_one_in.is_some_and(|count| self.rng.one_in(count));
            if to == from || deaf {
                continue;
            }
            self.invariants.lost_messages |= lost;
            if !lost {
                let at = self.arrival(to, self.channel.delay / 2, |pipes| &mut pipes.messages);
                self.later(at, to, Task::Message(message.clone()));
            }
        }
    }

    /// Posts an echo, if the page has a channel and another page is there.
    pub(in crate::browser) fn echo(&mut self, page: usize, then: AfterEcho) {
        if self.shop.shares && !self.is_alone(page) {
            let at = self.arrival(page, self.channel.delay / 2, |pipes| &mut pipes.posts);
            self.later(at, page, Task::EchoPosted(then));
        } else {
            self.echoed(page, then);
        }
    }

    pub(in crate::browser) fn send_echo_back(&mut self, page: usize, then: AfterEcho) {
        let at = self.arrival(page, self.channel.delay / 2, |pipes| &mut pipes.messages);
        self.later(at, page, Task::Echo(then));
    }

    pub(in crate::browser) fn echoed(&mut self, page: usize, then: AfterEcho) {
        match then {
            AfterEcho::Read(read) => {
                self.report_register(page);
                self.read(page, read);
            }
            AfterEcho::Release(read) => self.hand_over_lock(page, read),
        }
    }

    /// When a message arrives that takes up to `delay` on this connection of the page.
    pub(in crate::browser) fn arrival(
        &mut self,
        page: usize,
        delay: i64,
        pipe: impl FnOnce(&mut Pipes) -> &mut Pipe,
    ) -> i64 {
        let latency = if delay > 0 { self.rng.below(delay as u64 + 1) as i64 } else { 0 };
        pipe(&mut self.pages[page].pipes).arrival(self.clock.real, latency)
    }
}
