//! The tasks of the host: each has its time.

use storefront_token_client::core::call::Ticket;
use storefront_token_client::core::ids::{ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::Input;
use storefront_token_client::core::response::ExchangeResult;

use super::Harness;
use crate::api::Fetch;
use crate::clock::millis;
use crate::disk::Change;
use crate::parse::Form;

/// Something that happens outside of the page, or comes to it.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// A request reaches the server.
    Request(ExchangeId, Form),
    /// An exchange ends.
    Response(ExchangeId, ExchangeResult),
    /// The storage is read.
    Read(ReadId),
    /// The storage takes this change in.
    Write(WriteId, Change),
    /// The storage has moved another client's record, or has not.
    Written(WriteId, bool),
    /// A request with this token gets a response of the API.
    ApiResponse(Fetch, Ticket),
}

#[derive(Clone, Debug)]
struct Scheduled {
    at: i64,
    /// The page that began it.
    page: u32,
    task: Task,
}

/// The tasks that are to come.
#[derive(Default)]
pub(super) struct Tasks(Vec<Scheduled>);

impl Tasks {
    pub(super) fn add(&mut self, at: i64, page: u32, task: Task) {
        self.0.push(Scheduled { at, page, task });
    }

    pub(super) fn retain(&mut self, stays: impl Fn(&Task) -> bool) {
        self.0.retain(|scheduled| stays(&scheduled.task));
    }

    /// The time of the first task.
    fn next_at(&self) -> Option<i64> {
        self.0.iter().map(|scheduled| scheduled.at).min()
    }

    /// The first task, if it is due. Of two with the same time, the earlier one comes first.
    fn take_due(&mut self, now: i64) -> Option<Scheduled> {
        let first = (0..self.0.len()).min_by_key(|at| self.0[*at].at)?;
        (self.0[first].at <= now).then(|| self.0.remove(first))
    }
}

impl Harness {
    pub(super) fn run_due_tasks(&mut self) {
        while let Some(due) = self.tasks.take_due(self.clock.real) {
            self.run_task(due);
        }
    }

    fn run_task(&mut self, scheduled: Scheduled) {
        let here = scheduled.page == self.page;
        match scheduled.task {
            Task::Request(id, form) => {
                self.server.now = self.clock.real;
                if let Some(result) = self.server.respond(&form) {
                    let at = scheduled.at + self.latency / 2;
                    self.tasks.add(at, scheduled.page, Task::Response(id, result));
                }
            }
            Task::Response(id, result) if here => {
                self.coverage.exchange_result(&result);
                self.past.results.push((id, result.clone()));
                self.handle(Input::ExchangeEnded(id, result));
            }
            Task::Read(read) if here => {
                let loaded = self.disk.load();
                self.past.reads.push(read);
                self.handle(Input::Loaded(read, loaded));
            }
            Task::Write(write, change) => {
                if let Some(done) = self.disk.change(change).filter(|_| here) {
                    self.written(write, done);
                }
            }
            Task::Written(write, done) if here => self.written(write, done),
            Task::ApiResponse(fetch, ticket) if here => self.api_responds(fetch, &ticket),
            Task::Response(..) => self.coverage.lost_with_the_page += 1,
            Task::Read(_) | Task::Written(..) | Task::ApiResponse(..) => {}
        }
    }

    fn written(&mut self, write: WriteId, done: bool) {
        self.coverage.failed_writes += u64::from(!done);
        self.past.writes.push(write);
        self.handle(Input::Stored(write, done));
    }

    /// Lets time pass, and runs every task and timer that becomes due.
    pub fn pass(&mut self, span: i64) {
        let end = self.clock.real + span;
        for _ in 0..200_000 {
            self.run_due_tasks();
            let wakeup = self.session.next_wakeup().map(millis);
            let timer = self.timers.fire_in(wakeup, self.clock.mono).map(|wait| self.clock.real + wait);
            let due = self.tasks.next_at();
            let Some(at) = [timer, due].into_iter().flatten().min().filter(|at| *at <= end) else {
                return self.clock.pass(end - self.clock.real);
            };
            self.clock.pass((at - self.clock.real).max(0));
            if due.is_none_or(|due| timer.is_some_and(|timer| timer < due)) {
                self.handle(Input::Wake);
            }
        }
        self.invariants.check(false, "tasks_end", || String::from("the tasks never end"));
    }
}
