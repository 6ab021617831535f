//! The effects of the session, which the host carries out.

use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::{ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::Effect;

use super::Harness;
use super::tasks::Task;
use crate::disk::Change;
use crate::parse::Form;

impl Harness {
    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Load(read) => self.read(read, 0),
            Effect::Lock(read, _) => self.read(read, self.lock_delay),
            Effect::Unlock(read) => {
                self.tasks.retain(|task| !matches!(task, Task::Read(wanted) if *wanted == read));
            }
            Effect::Broadcast(_) => self.coverage.messages += 1,
            Effect::ForgetPeers(_) => {}
            Effect::Store(write, record) => self.write(write, Change::Store(record)),
            Effect::Forget(write, session) => self.write(write, Change::Forget(session)),
            Effect::SetAside(write) => {
                if let Some(done) = self.disk.set_aside() {
                    self.later(self.disk.delay, Task::Written(write, done));
                }
            }
            Effect::Send(id, request) => self.send(id, &request),
            Effect::Abort(_) => {
                self.aborts += 1;
                self.coverage.aborted += 1;
            }
            Effect::Reply(id, result) => {
                self.coverage.reply(&result);
                self.replies.push((id, result));
            }
            Effect::Emit(event) => {
                self.coverage.event(&event);
                self.events.push(event);
            }
        }
    }

    fn send(&mut self, id: ExchangeId, request: &Request) {
        let form = Form::of(request);
        self.coverage.exchanges += 1;
        self.requests.push(form.clone());
        self.later(self.latency / 2, Task::Request(id, form));
    }

    /// Writes keep their order.
    fn write(&mut self, write: WriteId, change: Change) {
        let at = (self.clock.real + self.disk.delay).max(self.disk.busy_until);
        self.disk.busy_until = at;
        self.later(at - self.clock.real, Task::Write(write, change));
    }

    /// A read waits for earlier writes.
    fn read(&mut self, read: ReadId, wait: i64) {
        let at = (self.clock.real + wait + self.disk.delay).max(self.disk.busy_until);
        self.later(at - self.clock.real, Task::Read(read));
    }

    pub(super) fn later(&mut self, delay: i64, task: Task) {
        self.tasks.add(self.clock.real + delay, self.page, task);
    }
}
