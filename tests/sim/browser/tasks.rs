//! Time: the tasks of the pages, each at its moment and in its order, and their timers.

use std::cmp::Reverse;

use storefront_token_client::core::ids::{ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::Input;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::response::ExchangeResult;

use crate::browser::messages::AfterEcho;
use crate::browser::register::TO_REGISTER;
use crate::browser::{Browser, Page, State};
use crate::disk::Change;
use crate::parse::Form;

/// A task that is due for a page.
#[derive(Clone, Debug)]
pub enum Task {
    /// Its request reaches the server.
    Request(ExchangeId, Form),
    /// Its exchange ends.
    Response(ExchangeId, ExchangeResult),
    Read(ReadId),
    Write(WriteId, Change),
    Written(WriteId, bool),
    /// Its message reaches the browser, which sends it to the other pages.
    Posted(Members),
    Message(Members),
    /// Its echo reaches the browser, which sends it back.
    EchoPosted(AfterEcho),
    Echo(AfterEcho),
    /// Its request for a lock, or its release, reaches the lock manager.
    LockRequest(ReadId, String),
    LockRelease(ReadId),
    LockGranted(ReadId),
    /// It has kept this lock for long enough.
    LockKept(ReadId),
    LockRefused(ReadId),
    /// The others see its change of the register.
    RegisterSeen,
    /// It sees a change of the register.
    RegisterChanged,
    /// It sees that the storages of the origin were cleared.
    SiteCleared,
    /// Every page has registered again since then.
    RegisterSettled,
    /// Its long task ends.
    Unblocked,
    Input(Input),
}

#[derive(Clone, Debug)]
pub(in crate::browser) struct Scheduled {
    page: usize,
    task: Task,
}

/// A browser closes a connection on which nothing comes after this time.
const CONNECTION_LIMIT: i64 = 300_000;

impl Browser {
    pub(in crate::browser) fn later(&mut self, at: i64, page: usize, task: Task) {
        self.due.push(Reverse((at, self.tasks.len())));
        self.tasks.push(Some(Scheduled { page, task }));
    }

    fn next_due(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    pub(in crate::browser) fn run_due_tasks(&mut self) {
        while self.next_due().is_some_and(|at| at <= self.clock.real) {
            let scheduled = self.due.pop().and_then(|Reverse((_, which))| self.tasks[which].take());
            if let Some(Scheduled { page, task }) = scheduled {
                self.run_task(page, task);
            }
        }
        if self.due.is_empty() {
            self.tasks.clear();
        }
    }

    pub(in crate::browser) fn run_task(&mut self, page: usize, task: Task) {
        match (task, self.pages[page].state) {
            (Task::Request(id, form), _) => self.serve(page, id, &form),
            (Task::Write(write, change), state) => {
                let lands = state != State::Closed || !self.pages[page].loses_writes;
                self.check_removal(page, &change);
                let disk = &mut self.disks[self.pages[page].disk];
                let done = lands.then(|| disk.change(change)).flatten();
                disk.written_at = self.clock.mono;
                if let Some(done) = done {
                    self.run_task(page, Task::Written(write, done));
                }
            }
            (Task::RegisterSeen, _) => self.announce_register(page),
            (Task::Posted(message), _) => self.send_to_peers(page, &message),
            (Task::LockRelease(read), _) => self.withdraw_locks(|requester| requester == (page, read)),
            (Task::Unblocked, _) => self.unblocked(page),
            (_, State::Closed) => {}
            (Task::Message(_) | Task::EchoPosted(_) | Task::Echo(_), State::Cached) => {}
            (Task::RegisterChanged | Task::SiteCleared | Task::LockRequest(..), State::Cached) => {}
            (Task::LockRequest(read, name), _) => self.queue_for_lock(page, read, &name),
            (Task::EchoPosted(then), _) => self.send_echo_back(page, then),
            (Task::Echo(then), State::Running | State::Frozen) => self.echoed(page, then),
            (Task::Message(message), State::Running | State::Frozen) => {
                // A sign-out of the list has no sender.
                if message.text("from").is_some() {
                    self.pages[page].heard_at = Some(self.clock.mono);
                }
                self.handle(page, &Input::Message(message));
            }
            (task, State::Frozen | State::Stopped | State::Cached) => self.pages[page].queued.push_back(task),
            (Task::Response(id, result), State::Running) => {
                self.handle(page, &Input::ExchangeEnded(id, result))
            }
            (Task::LockRefused(read), State::Running) => self.handle(page, &Input::LockRefused(read)),
            (Task::RegisterChanged, State::Running) => self.register_changed(page),
            (Task::SiteCleared, State::Running) => {
                self.pages[page].saw_clearing = Some(self.clock.mono);
                self.register_changed(page);
                self.handle(page, &Input::StorageCleared);
                self.later(self.clock.real + TO_REGISTER, page, Task::RegisterSettled);
            }
            (Task::RegisterSettled, State::Running) => self.report_register(page),
            (Task::LockGranted(read), State::Running) => self.lock_granted(page, read),
            (Task::LockKept(read), State::Running) => self.release_kept_lock(page, read),
            (Task::Read(read), State::Running) => self.loaded(page, read),
            (Task::Written(write, done), State::Running) => self.handle(page, &Input::Stored(write, done)),
            (Task::Input(input), State::Running) => self.handle(page, &input),
        }
    }

    fn loaded(&mut self, page: usize, read: ReadId) {
        if self.pages[page].reading.is_some_and(|(reading, _)| reading == read) {
            let loaded = self.disks[self.pages[page].disk].load();
            self.handle(page, &Input::Loaded(read, loaded));
        }
    }

    fn serve(&mut self, page: usize, id: ExchangeId, form: &Form) {
        self.server.now = self.clock.real;
        let result = if self.offline { Some(ExchangeResult::NoResponse) } else { self.server.respond(form) };
        let (after, result) = match result {
            Some(result) => (self.latency / 2, result),
            None => (CONNECTION_LIMIT, ExchangeResult::NoResponse),
        };
        self.later(self.clock.real + after, page, Task::Response(id, result));
    }

    /// Lets time pass, and runs every task and timer that becomes due.
    pub fn pass(&mut self, span: i64) {
        let end = self.clock.real + span;
        for _ in 0..1_000_000 {
            self.run_due_tasks();
            let timer = self.next_timer();
            let due = self.next_due();
            let next = [timer.map(|(at, _)| at), due].into_iter().flatten().min();
            let Some(at) = next.filter(|at| *at <= end) else {
                self.clock.pass(end - self.clock.real);
                return self.check_pages();
            };
            self.clock.pass((at - self.clock.real).max(0));
            if let Some((_, page)) = timer.filter(|(timer, _)| due.is_none_or(|due| *timer < due)) {
                self.handle(page, &Input::Wake);
            }
        }
        self.invariants.check(false, "tasks_end", || String::from("the tasks never end"));
    }

    fn next_timer(&self) -> Option<(i64, usize)> {
        let timer = |(page, it): (usize, &Page)| Some((it.timer(&self.clock)?, page));
        self.pages.iter().enumerate().filter_map(timer).min()
    }

    /// The machine sleeps: no task runs before it wakes.
    pub fn sleep(&mut self, span: i64) {
        self.clock.sleep(span);
        self.coverage.sleeps += 1;
    }
}
