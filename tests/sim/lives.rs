//! Random lives of one page.

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::time::Millis;
use storefront_token_client::core::token::Credentials;

use crate::disk::{Content, Disk, Health};
use crate::hunt::{Plan, hunt, play_all, print_counts};
use crate::laws::Broken;
use crate::life::{Life, Step};
use crate::server::{Conduct, Life as TokenLife, PASSWORD, Server, USERS};
use crate::tally::Tally;
use crate::world::{Timers, World};

/// Seeds that every run lives through, whatever else it does.
const FIXED: u64 = 5_000;
/// Of so many lives one is lived twice, and read for secrets.
const WATCHED: u64 = 50;

struct Run {
    tally: Tally,
    trace: Option<String>,
    broken: Option<Broken>,
}

fn run(life: &Life, watched: bool) -> Run {
    let mut world = World::new(
        life.config(),
        Server::new(life.dialect, life.rotation),
        Disk::new(life.disk_delay),
        life.seed,
    );
    world.laws.on_demand = life.on_demand;
    world.laws.shares = life.shares;
    world.trace = watched.then(String::new);
    for step in &life.steps {
        take(&mut world, life, step);
        if world.laws.broken.is_some() {
            break;
        }
    }
    if world.laws.broken.is_none() {
        settle(&mut world, life);
    }
    Run { tally: world.tally, trace: world.trace, broken: world.laws.broken }
}

fn take(world: &mut World, life: &Life, step: &Step) {
    match step {
        Step::AskToken { min_secs, force } => {
            let ask = Command::Token { min_validity: Millis::from_secs(*min_secs), force_refresh: *force };
            world.call(ask, life.timeout);
        }
        Step::Replace { back } => {
            if let Some(ticket) = ticket(world, *back) {
                world.call(Command::Replacement(ticket), life.timeout);
            }
        }
        Step::SignIn { user, right } => {
            let password = if *right { PASSWORD } else { "SECRET-wrong" };
            let credentials = Credentials::new(USERS[*user], password);
            world.call(Command::SignIn(credentials), life.timeout);
        }
        Step::AskSession => drop(world.call(Command::Session, life.timeout)),
        Step::SignInAsGuest => drop(world.call(Command::SignInAsGuest, life.timeout)),
        Step::SignOut => drop(world.call(Command::SignOut, life.timeout)),
        Step::Cancel { which } => {
            if let Some(id) = world.laws.all_waiting().get(*which) {
                world.handle(Input::Cancel(*id));
            }
        }
        Step::Pass(span) => world.pass(*span),
        Step::Sleep(span) => world.sleep(*span),
        Step::SetClock(by) => world.clock.wall += by,
        Step::Reload { lands } => world.reload(*lands),
        Step::Dispose => {
            world.handle(Input::Dispose);
            world.pass(1_000);
            world.reload(true);
        }
        Step::Wake => world.handle(Input::Wake),
        Step::Hide => world.handle(Input::Hidden),
        Step::Show => world.handle(Input::Shown),
        Step::Offline => world.handle(Input::Offline),
        Step::Online => world.handle(Input::Online),
        Step::Clear => world.disk.content = Content::Nothing,
        Step::Lock(delay) => world.lock_delay = *delay,
        Step::StaleNews => {
            world.handle(Input::Wake);
            world.tell_stale_news();
        }
        Step::Serve(conduct) => world.server.conduct = *conduct,
        Step::Lives(life) => world.server.life = *life,
        Step::EndAll => world.server.end_all(),
        Step::Latency(latency) => world.latency = *latency,
        Step::Disk(health) => world.disk.health = *health,
        Step::Timers(timers) => world.timers = *timers,
        Step::Spoil => {
            world.disk.content = Content::Garbage;
            world.reload(false);
        }
    }
}

/// The ticket of one of the last tokens that were given to this page.
fn ticket(world: &World, back: usize) -> Option<Ticket> {
    world.replies.iter().rev().filter_map(|(_, result)| given(result)).nth(back)
}

fn given(result: &Result<Reply, storefront_token_client::core::error::Error>) -> Option<Ticket> {
    match result {
        Ok(Reply::Token(_, ticket)) => Some(ticket.clone()),
        Ok(_) | Err(_) => None,
    }
}

/// With a healthy world and some time, everybody gets what there is to get.
fn settle(world: &mut World, life: &Life) {
    world.server.conduct = Conduct::Serves;
    world.server.life = TokenLife::secs(3_600);
    world.disk.health = Health::Works;
    world.timers = Timers::OnTime;
    world.latency = 100;
    world.disk.delay = 0;
    world.lock_delay = 0;
    world.handle(Input::Online);
    world.handle(Input::Shown);
    world.pass(3_900_000);
    let waiting = world.laws.all_waiting();
    world.laws.hold(waiting.is_empty(), "every_call_is_answered", || format!("{waiting:?}"));
    // The first calls may find an exchange that hangs, and a refresh token that died with it.
    let replies: Vec<bool> = (0..6).map(|_| is_content(world, life)).collect();
    world.laws.hold(replies[4] || replies[5], "a_healthy_server_is_enough", || {
        format!("{:?}", world.replies.last())
    });
}

fn is_content(world: &mut World, life: &Life) -> bool {
    let call = world.call(Command::Token { min_validity: Millis::ZERO, force_refresh: false }, life.timeout);
    world.pass(life.timeout);
    let content = match world.reply_to(call) {
        Some(Ok(_)) => true,
        Some(Err(error)) if error.code == Code::UnusableRecord => true,
        Some(Err(error)) => error.code == Code::LoginRequired && !life.guest,
        None => false,
    };
    world.pass(60_000);
    content
}

impl Plan for Life {
    type Step = Step;
    type Counts = Tally;

    fn random(seed: u64) -> Life {
        Life::random(seed)
    }

    fn steps(&mut self) -> &mut Vec<Step> {
        &mut self.steps
    }

    fn play(&self) -> (Tally, Option<Broken>) {
        let watched = self.seed.is_multiple_of(WATCHED);
        let first = run(self, watched);
        let same = !watched || first.broken.is_some() || run(self, true).trace == first.trace;
        let other = (!same).then(|| Broken { law: "the_same_again", detail: String::new() });
        (first.tally, first.broken.or(other))
    }
}

#[test]
fn random_lives_break_no_law() {
    hunt::<Life>();
}

#[test]
fn the_same_lives_as_ever_break_no_law() {
    print_counts(FIXED, &play_all::<Life>(0..FIXED));
}
