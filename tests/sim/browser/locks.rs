//! The locks of one origin (Web Locks): each name has one holder, and a queue.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use storefront_token_client::core::ids::ReadId;

use crate::browser::messages::AfterEcho;
use crate::browser::register::TO_REGISTER;
use crate::browser::{Browser, Task};

/// A page and its request.
pub type Requester = (usize, ReadId);

#[derive(Clone, Debug, Default)]
pub struct Locks {
    names: BTreeMap<String, Queue>,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    /// Whether a foreign page holds the lock and never releases it.
    hangs: bool,
    holder: Option<Requester>,
    waiting: VecDeque<Requester>,
}

impl Queue {
    fn next(&mut self) -> Option<Requester> {
        if self.hangs || self.holder.is_some() {
            return None;
        }
        self.holder = self.waiting.pop_front();
        self.holder
    }
}

impl Locks {
    /// Requests a lock. True if it is granted at once.
    pub fn request(&mut self, name: &str, requester: Requester) -> bool {
        let queue = self.names.entry(name.to_owned()).or_default();
        queue.waiting.push_back(requester);
        queue.next() == Some(requester)
    }

    /// Passes the lock that the page still holds to the page's next request.
    pub fn pass_kept_lock_on(
        &mut self,
        name: &str,
        kept: &[ReadId],
        (page, read): Requester,
    ) -> Option<ReadId> {
        let holder = self.names.get_mut(name)?.holder.as_mut()?;
        let was_kept = holder.0 == page && kept.contains(&holder.1);
        was_kept.then(|| std::mem::replace(&mut holder.1, read))
    }

    /// Withdraws requests and releases locks. Returns the requests that are granted by that.
    pub fn release(&mut self, gone: impl Fn(Requester) -> bool) -> Vec<Requester> {
        let mut next = Vec::new();
        for queue in self.names.values_mut() {
            queue.waiting.retain(|requester| !gone(*requester));
            queue.holder.take_if(|holder| gone(*holder));
            next.extend(queue.next());
        }
        next
    }

    /// From now on the lock of this name is never granted.
    pub fn hang(&mut self, name: &str) {
        self.names.entry(name.to_owned()).or_default().hangs = true;
    }

    /// Whether a page holds a lock, or has requested one.
    pub fn concerns(&self, page: usize) -> bool {
        let waits = |queue: &Queue| queue.waiting.iter().any(|requester| requester.0 == page);
        self.holds(page) || self.names.values().any(waits)
    }

    pub fn holds(&self, page: usize) -> bool {
        self.holders().any(|holder| holder.0 == page)
    }

    pub fn holders(&self) -> impl Iterator<Item = Requester> {
        self.names.values().filter_map(|queue| queue.holder)
    }
}

impl Browser {
    /// Without locks a page goes on at once. A page also goes on at once after it has learned that the browser refuses
    /// locks.
    pub(in crate::browser) fn request_lock(&mut self, page: usize, read: ReadId, name: String) {
        if self.refuses_locks && !self.pages[page].knows_refusal {
            self.pages[page].knows_refusal = true;
            self.later(self.clock.real, page, Task::LockRefused(read));
        } else if self.locks.is_some() && !self.refuses_locks && !self.pages[page].released_locks.is_empty() {
            self.pages[page].deferred_requests.push((read, name));
        } else if self.take_kept_lock(page, read, &name) {
            self.later(self.clock.real, page, Task::LockGranted(read));
        } else if self.locks.is_some() && !self.refuses_locks {
            let at = self.arrival(page, self.lock_delay, |pipes| &mut pipes.lock_requests);
            self.later(at, page, Task::LockRequest(read, name));
        } else {
            self.echo(page, AfterEcho::Read(read));
        }
    }

    fn take_kept_lock(&mut self, page: usize, read: ReadId, name: &str) -> bool {
        let kept = &mut self.pages[page].kept_locks;
        let taken = self.locks.as_mut().and_then(|locks| locks.pass_kept_lock_on(name, kept, (page, read)));
        kept.retain(|kept| Some(*kept) != taken);
        taken.is_some()
    }

    pub(in crate::browser) fn queue_for_lock(&mut self, page: usize, read: ReadId, name: &str) {
        let is_free = self.locks.as_mut().is_some_and(|locks| locks.request(name, (page, read)));
        self.pages[page].lock_was_taken = !is_free;
        if is_free {
            self.grant_lock(page, read);
        }
    }

    fn grant_lock(&mut self, page: usize, read: ReadId) {
        let at = self.arrival(page, self.lock_delay, |pipes| &mut pipes.lock_grants);
        self.later(at, page, Task::LockGranted(read));
    }

    pub(in crate::browser) fn lock_granted(&mut self, page: usize, read: ReadId) {
        if self.pages[page].lock == Some(read) {
            self.echo(page, AfterEcho::Read(read));
        } else {
            self.send_lock_release(page, read);
        }
    }

    /// The next holder must know what this page has broadcast, so the lock follows the messages.
    pub(in crate::browser) fn release_lock(&mut self, page: usize, read: ReadId) {
        self.pages[page].released_locks.push(read);
        self.echo(page, AfterEcho::Release(read));
    }

    /// Releases the lock. In its first second a page keeps it, as `handOver` in lock.js explains.
    pub(in crate::browser) fn hand_over_lock(&mut self, page: usize, read: ReadId) {
        let settles_in = self.pages[page].listens_since + TO_REGISTER - self.clock.mono;
        if settles_in > 0 && self.shop.shares && self.locks.is_some() && !self.refuses_locks {
            self.pages[page].kept_locks.push(read);
            self.later(self.clock.real + settles_in, page, Task::LockKept(read));
        } else {
            self.send_lock_release(page, read);
        }
        self.pages[page].released_locks.retain(|released| *released != read);
        self.request_deferred_locks(page);
    }

    /// A page waits for its own last lock before it requests the next one.
    fn request_deferred_locks(&mut self, page: usize) {
        if self.pages[page].released_locks.is_empty() {
            for (read, name) in std::mem::take(&mut self.pages[page].deferred_requests) {
                self.request_lock(page, read, name);
            }
        }
    }

    pub(in crate::browser) fn release_kept_lock(&mut self, page: usize, read: ReadId) {
        if self.pages[page].kept_locks.extract_if(.., |kept| *kept == read).next().is_some() {
            self.echo(page, AfterEcho::Release(read));
        }
    }

    /// A page that leaves, or is frozen, releases at once what it keeps, and keeps nothing from now on.
    pub(in crate::browser) fn release_kept_locks(&mut self, page: usize) {
        self.pages[page].listens_since = -TO_REGISTER;
        let kept = std::mem::take(&mut self.pages[page].kept_locks);
        self.withdraw_locks(|(requester, read)| requester == page && kept.contains(&read));
        self.pages[page].released_locks.clear();
        self.request_deferred_locks(page);
    }

    pub(in crate::browser) fn send_lock_release(&mut self, page: usize, read: ReadId) {
        let at = self.arrival(page, self.lock_delay, |pipes| &mut pipes.lock_requests);
        self.later(at, page, Task::LockRelease(read));
    }

    /// Releases the locks, and withdraws the requests, of these requesters. The next ones get the locks.
    pub(in crate::browser) fn withdraw_locks(&mut self, gone: impl Fn(Requester) -> bool) {
        let next = self.locks.as_mut().map(|locks| locks.release(gone)).unwrap_or_default();
        for (page, read) in next {
            self.grant_lock(page, read);
        }
    }
}
