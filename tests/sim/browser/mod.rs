//! A browser on one machine: the tabs of one shop, with their storages, locks and channel.

mod history;
mod invariants;
mod locks;
mod messages;
mod page;
mod register;
mod shopper;
mod steps;
mod tab;
mod tasks;
mod worlds;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::Config;
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::ids::{ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::Members;

pub use crate::browser::invariants::BrowserCoverage;
use crate::browser::invariants::Invariants;
use crate::browser::locks::Locks;
pub use crate::browser::messages::Channel;
use crate::browser::page::UnderWay;
pub use crate::browser::page::{Page, State};
pub use crate::browser::register::Register;
use crate::browser::register::page_id;
pub use crate::browser::shopper::{duplicated_tabs, shop_with_peers};
pub use crate::browser::tab::Tab;
use crate::browser::tasks::Scheduled;
pub use crate::browser::tasks::Task;
use crate::clock::Clock;
use crate::disk::{Change, Disk};
use crate::front::{Offer, is_plain};
use crate::parse::{Form, member};
use crate::rng::Rng;
use crate::scenario::{Scenario, TOKEN_ENDPOINT};
use crate::server::Server;

/// The longest that a page waits for a write.
const WRITE_LIMIT: i64 = 35_000;

pub struct Browser {
    pub clock: Clock,
    pub server: Server,
    pub disks: Vec<Disk>,
    pub pages: Vec<Page>,
    pub tabs: Vec<Tab>,
    /// Nothing in a browser that has no Web Locks, or whose locks keep nobody out.
    pub locks: Option<Locks>,
    /// Whether the browser refuses every lock, and says so.
    pub refuses_locks: bool,
    /// The longest time from a page to the lock manager, and from there to a page.
    pub lock_delay: i64,
    pub channel: Channel,
    /// Nothing in a browser without `localStorage`.
    pub register: Option<Register>,
    /// The broadcast sign-outs. A page that starts, or is restored, gets them first.
    pub sign_outs: Vec<Members>,
    pub invariants: Invariants,
    pub coverage: BrowserCoverage,
    /// The duration of an exchange.
    pub latency: i64,
    pub offline: bool,
    pub requests: Vec<(usize, Form)>,
    /// Whether a broken invariant is a panic when the browser is dropped.
    pub asserts_invariants: bool,
    pub last_adoption: Option<Command>,
    shop: Scenario,
    config: Rc<Config>,
    rng: Rng,
    /// The tasks by their time, then by their order.
    due: BinaryHeap<Reverse<(i64, usize)>>,
    tasks: Vec<Option<Scheduled>>,
    calls: u32,
}

impl Browser {
    pub fn of(shop: Scenario) -> Browser {
        let mut disks = Vec::new();
        if shop.storage.is_shared() {
            disks.push(Disk::new(shop.disk_delay, shop.storage));
        }
        Browser {
            clock: Clock::new(),
            server: Server::of(&shop),
            disks,
            pages: Vec::new(),
            tabs: Vec::new(),
            locks: shop.locks.then(Locks::default),
            refuses_locks: false,
            lock_delay: 1,
            channel: Channel { delay: 2, loses_one_in: None },
            register: Some(Register::new(2)),
            sign_outs: Vec::new(),
            invariants: Invariants::default(),
            coverage: BrowserCoverage::default(),
            latency: 100,
            offline: false,
            requests: Vec::new(),
            asserts_invariants: true,
            last_adoption: None,
            config: Rc::new(shop.config()),
            rng: Rng::new(shop.seed),
            shop,
            due: BinaryHeap::new(),
            tasks: Vec::new(),
            calls: 0,
        }
    }

    // Inputs

    pub fn call(&mut self, page: usize, command: Command) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        if let Some(offer) = self.ask_front(page, &command) {
            self.coverage.calls += 1;
            self.pages[page].replies.push((id, Ok(offer.reply())));
            return id;
        }
        let caller = &mut self.pages[page];
        let timeout = if caller.prerendering { i64::MAX / 2 } else { self.shop.timeout };
        let deadline = caller.mono(&self.clock).saturating_add(timeout);
        if matches!(command, Command::Adopt(_)) {
            caller.adopts_until = deadline.saturating_add(WRITE_LIMIT);
        }
        caller.waiting.push((id, command.clone(), deadline));
        self.coverage.calls += 1;
        self.input(page, Input::Call(id, command));
        id
    }

    /// The offer of the page's front to a call. Without one, the core is started, unless it runs already.
    fn ask_front(&mut self, at: usize, command: &Command) -> Option<Offer> {
        let page = &mut self.pages[at];
        let now = page.clocks(&self.clock);
        let front = page.front.as_mut()?;
        if !front.core_runs {
            let names = |message: &Members, id: &str| {
                let replaces = message.text("replaces").unwrap_or_default();
                message.text("id") == Some(id) || replaces.contains(id)
            };
            let has_ended = |id: &str| self.sign_outs.iter().any(|message| names(message, id));
            front.see_stored(self.disks[page.disk].readable_record(), has_ended, now);
        }
        let offer = front.answer(now).filter(|_| is_plain(command));
        match &offer {
            Some(offer) => self.check_offer(at, offer),
            None if self.pages[at].core_runs() => {}
            None => self.start_core(at),
        }
        offer
    }

    /// Gives a page an input: at once, or when it runs again.
    pub fn input(&mut self, page: usize, input: Input) {
        self.run_task(page, Task::Input(input));
        self.run_due_tasks();
    }

    pub(in crate::browser) fn handle(&mut self, at: usize, input: &Input) {
        let page = &mut self.pages[at];
        let now = page.now(&self.clock);
        let before = page.session.view();
        let effects = page.session.handle(now, input.clone());
        let clocks = page.clocks(&self.clock);
        if let Some(front) = page.front.as_mut().filter(|front| front.core_runs) {
            front.offered(page.session.lease(now), clocks);
        }
        page.wakeup = page.session.next_wakeup().map(|wakeup| page.machine_mono(wakeup));
        page.offline = matches!(input, Input::Offline) || page.offline && !matches!(input, Input::Online);
        if let Input::Loaded(read, _) = input {
            page.reading.take_if(|(reading, _)| reading == read);
        }
        if let Input::ExchangeEnded(id, result) = input {
            let granted = member(result, "access_token").is_some();
            page.under_way.take_if(|under_way| under_way.id == *id && !granted);
            if let Some(under_way) = &mut page.under_way {
                under_way.responded |= under_way.id == *id;
            }
        }
        for effect in &effects {
            self.note(at, effect);
        }
        self.check_all(at, input, before, &effects);
        for effect in effects {
            self.carry_out(at, effect);
        }
        self.check_state(at, input);
    }

    /// What the invariants must know before they check an effect.
    fn note(&mut self, at: usize, effect: &Effect) {
        let page = &mut self.pages[at];
        match effect {
            Effect::Load(read) => page.reading = Some((*read, page.lock == Some(*read))),
            Effect::Lock(read, _) => {
                page.reading = Some((*read, true));
                page.lock = Some(*read);
            }
            Effect::Unlock(read) => {
                page.reading.take_if(|(reading, _)| reading == read);
                page.lock.take_if(|lock| lock == read);
                page.under_way = None;
            }
            Effect::Abort(id) => {
                page.under_way.take_if(|under_way| under_way.id == *id);
            }
            Effect::Store(..)
            | Effect::Forget(..)
            | Effect::SetAside(_)
            | Effect::Send(..)
            | Effect::Broadcast(_)
            | Effect::ForgetPeers(_)
            | Effect::Reply(..)
            | Effect::Emit(_) => {}
        }
    }

    fn carry_out(&mut self, page: usize, effect: Effect) {
        match effect {
            Effect::Load(read) => self.read(page, read),
            Effect::Lock(read, name) => self.request_lock(page, read, name),
            Effect::Unlock(read) => self.release_lock(page, read),
            Effect::Store(write, record) => self.write(page, write, Change::Store(record)),
            Effect::Forget(write, session) => self.write(page, write, Change::Forget(session)),
            Effect::SetAside(write) => {
                if let Some(done) = self.disks[self.pages[page].disk].set_aside() {
                    self.later(self.clock.real, page, Task::Written(write, done));
                }
            }
            Effect::Send(id, request) => self.send(page, id, &request),
            Effect::Broadcast(message) => self.broadcast(page, &message),
            Effect::ForgetPeers(pages) => {
                self.coverage.waited_in_vain += u64::from(!pages.is_empty());
                for other in 0..self.pages.len() {
                    if pages.contains(&page_id(other)) {
                        self.remove_entry(page, other);
                    }
                }
            }
            Effect::Reply(id, result) => self.pages[page].replies.push((id, result)),
            Effect::Emit(event) => {
                self.keep_trace(page, &event);
                self.pages[page].events.push(event);
            }
            Effect::Abort(_) => {}
        }
    }

    /// Writes keep their order.
    fn write(&mut self, page: usize, write: WriteId, change: Change) {
        let disk = &mut self.disks[self.pages[page].disk];
        let at = (self.clock.real + disk.delay).max(disk.busy_until);
        disk.busy_until = at;
        self.later(at, page, Task::Write(write, change));
    }

    /// A read waits for earlier writes.
    pub(in crate::browser) fn read(&mut self, page: usize, read: ReadId) {
        let disk = &self.disks[self.pages[page].disk];
        let at = (self.clock.real + disk.delay).max(disk.busy_until);
        self.later(at, page, Task::Read(read));
    }

    fn send(&mut self, page: usize, id: ExchangeId, request: &Request) {
        let form = Form::of(request);
        if request.url == TOKEN_ENDPOINT {
            let refresh_token = form.get("refresh_token").map(str::to_owned);
            self.pages[page].sent.clone_from(&refresh_token);
            let begins = self.pages[page].session.view().is_none();
            let sent_at = self.clock.mono;
            self.pages[page].under_way =
                Some(UnderWay { id, refresh_token, sent_at, begins, responded: false });
            self.coverage.exchanges += 1;
        }
        self.requests.push((page, form.clone()));
        self.later(self.clock.real + self.latency / 2, page, Task::Request(id, form));
    }

    /// The record that a page would broadcast. A copy of the page is asked for it.
    pub(in crate::browser) fn known(&self, page: usize) -> Option<Members> {
        use storefront_token_client::core::message::Message;
        use storefront_token_client::core::record::Generation;
        let page = &self.pages[page];
        let now = page.now(&self.clock);
        let mut copy = page.session.clone();
        if let Some((read, false)) = page.reading {
            copy.handle(now, Input::Loaded(read, Loaded::Unavailable));
        }
        let ask = Message::Ask { session: None, generation: Generation::default(), roll_call: None }
            .to_members(&self.config);
        copy.handle(now, Input::Message(ask)).into_iter().find_map(|effect| match effect {
            Effect::Broadcast(message) if message.text("message") == Some("newest") => Some(message),
            _ => None,
        })
    }
}
