//! Random worlds: several tabs of one browser, a server, and what happens to them step by step.

use storefront_token_client::core::call::Reply;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::io::Input;

use crate::browser::register::Register;
use crate::browser::steps::{Step, step};
use crate::browser::{Browser, BrowserCoverage, Channel};
use crate::calls::token;
use crate::dialect::Dialect;
use crate::invariants::Broken;
use crate::page::shop;
use crate::rng::Rng;
use crate::runner::{Plan, play_all, print_counts, run};
use crate::scenario::Scenario;
use crate::server::{Conduct, ExpiresIn, Rotation};
use crate::timers::Timers;

/// Every run plays the seeds below this number.
const FIXED_SEEDS: u64 = 2_000;

#[derive(Clone, Debug)]
struct World {
    shop: Scenario,
    lifetime_secs: u32,
    /// Whether locks keep the other pages out, if there are any.
    has_true_locks: bool,
    refuses_locks: bool,
    lock_delay: i64,
    channel: Channel,
    /// The longest time until a page sees a change of the register, if there is one.
    register_delay: Option<i64>,
    steps: Vec<Step>,
}

impl Plan for World {
    type Step = Step;
    type Counts = BrowserCoverage;

    fn random(seed: u64) -> World {
        let rng = &mut Rng::new(seed);
        let count = 6 + rng.below(24);
        let secs = rng.pick(&[10, 60, 600, 3_600]);
        let shop = Scenario {
            seed,
            dialect: rng.pick(&[Dialect::Oro, Dialect::Oro, Dialect::OAuth2, Dialect::InvalidRequest]),
            rotation: rotation(rng),
            guest: !rng.one_in(5),
            on_demand: rng.one_in(5),
            timeout: rng.pick(&[15_000, 15_000, 2_000, 60_000]),
            revokes: rng.one_in(4),
            disk_delay: rng.pick(&[0, 0, 0, 0, 5, 300]),
            shares: !rng.one_in(8),
            locks: !rng.one_in(5),
            storage: rng.pick(&[
                StorageKind::Page,
                StorageKind::Page,
                StorageKind::Page,
                StorageKind::Origin,
                StorageKind::Custom { has_lock: false },
            ]),
            ..shop()
        };
        let loses_one_in = rng.pick(&[None, None, None, None, None, None, Some(2), Some(10)]);
        let mut world = World {
            shop,
            lifetime_secs: secs,
            has_true_locks: !rng.one_in(16),
            refuses_locks: rng.one_in(12),
            lock_delay: rng.pick(&[0, 1, 5, 30]),
            channel: Channel { delay: rng.pick(&[0, 1, 5, 30]), loses_one_in },
            register_delay: rng.pick(&[None, Some(0), Some(1), Some(5), Some(30), Some(300)]),
            steps: (0..count).map(|_| step(rng, i64::from(secs) * 1_000)).collect(),
        };
        world.shop.leases = rng.one_in(2);
        world
    }

    fn steps(&mut self) -> &mut Vec<Step> {
        &mut self.steps
    }

    fn play(&self) -> (BrowserCoverage, Option<Broken>) {
        let mut browser = Browser::of(self.shop.clone());
        browser.server.expires_in = ExpiresIn::secs(self.lifetime_secs);
        browser.channel = self.channel;
        browser.lock_delay = self.lock_delay;
        browser.register = self.register_delay.map(Register::new);
        if !self.has_true_locks {
            browser.void_locks();
        }
        browser.refuses_locks = self.refuses_locks;
        browser.asserts_invariants = false;
        browser.open();
        for step in &self.steps {
            browser.perform(step);
            if browser.invariants.broken.is_some() {
                break;
            }
        }
        if browser.invariants.broken.is_none() {
            browser.settle();
            #[cfg(feature = "recorder")]
            browser.check_recordings();
        }
        (browser.coverage, browser.invariants.broken.take())
    }
}

fn rotation(rng: &mut Rng) -> Rotation {
    use Rotation::{DetectsReuse, Grace, Keeps, Never, Omits, Rotates};
    rng.pick(&[Rotates, Rotates, Rotates, Rotates, DetectsReuse, DetectsReuse, Grace, Keeps, Omits, Never])
}

impl Browser {
    /// The recording of each page replays to the same effects, and has no secret.
    #[cfg(feature = "recorder")]
    fn check_recordings(&mut self) {
        let problem = self.pages.iter().find_map(|page| crate::recordings::problem(&page.session));
        self.invariants.check(problem.is_none(), "a_recording_replays", || problem.unwrap_or_default());
    }

    /// With a healthy server and some time, every tab gets a token, or the reason why there is none.
    fn settle(&mut self) {
        self.server.conduct = Conduct::Serves;
        self.server.expires_in = ExpiresIn::secs(3_600);
        self.latency = 100;
        self.channel.loses_one_in = None;
        self.set_offline(false);
        for tab in 0..self.tabs.len() {
            self.cancel_prerendering(tab);
            self.thaw(tab, false);
            let page = self.page_of(tab);
            self.pages[page].timers = Timers::OnTime;
            self.input(page, Input::Wake);
        }
        self.pass(3_700_000);
        for tab in 0..self.tabs.len() {
            // If a lock hangs, the tabs wait for it one after the other, while the first one is busy.
            let tries = if self.invariants.lock_hangs { 16 } else { 4 };
            let served = (0..tries).any(|_| self.is_served(tab));
            let page = self.page_of(tab);
            self.invariants.check(served, "a_healthy_server_is_enough", || {
                format!("{tab}: {:?}", self.pages[page].replies.last())
            });
        }
        self.pass(200_000);
        let waiting = self.pages.iter().position(|page| page.runs() && !page.waiting.is_empty());
        self.invariants.check(waiting.is_none(), "every_call_has_its_reply", || format!("{waiting:?}"));
        let free = (0..10).any(|_| {
            self.pass(1_000);
            self.locks.as_ref().is_none_or(|locks| locks.holders().next().is_none())
        });
        self.invariants.check(free, "no_lock_is_held_at_the_end", String::new);
    }

    /// Whether a tab gets a token that the API accepts, or the reason why there is none. If not, a minute passes, or as much
    /// time as the error names.
    fn is_served(&mut self, tab: usize) -> bool {
        let page = self.page_of(tab);
        let call = self.call(page, token());
        self.pass(self.shop.timeout);
        let reply = self.pages[page].reply(call);
        let retry_after = match reply {
            Some(Err(error)) => error.retry_after.map_or(0, |after| after.get() as i64),
            Some(Ok(_)) | None => 0,
        };
        let served = match reply {
            // Without a refresh token a page learns only at the token's end that the server has ended it.
            Some(Ok(Reply::Token(token, _))) => {
                self.shop.rotation == Rotation::Never || self.server.accepts(token.expose())
            }
            Some(Err(error)) => error.code == Code::LoginRequired && !self.shop.guest,
            _ => false,
        };
        if !served {
            self.replace(tab);
            self.pass(retry_after.max(60_000));
        }
        served
    }
}

#[test]
fn random_worlds_break_no_invariant() {
    run::<World>();
}

#[test]
fn the_first_worlds_break_no_invariant() {
    print_counts(FIXED_SEEDS, &play_all::<World>(0..FIXED_SEEDS));
}
