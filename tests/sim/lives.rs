//! Random lives: many, each with a seed that gives it again, and made short when it breaks a law.
//!
//! `SIM_SEED` gives the first seed, `SIM_LIVES` the number of lives.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use storefront_token_client::core::call::{Ask, Reply, Ticket};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::session::Input;
use storefront_token_client::core::time::Millis;
use storefront_token_client::core::token::{Credentials, Password};

use crate::chance::Chance;
use crate::disk::{Content, Disk, Health};
use crate::laws::Broken;
use crate::life::{Life, Step};
use crate::server::{Conduct, Life as TokenLife, PASSWORD, Server, USERS};
use crate::tally::Tally;
use crate::world::{Timers, World};

const LIVES: u64 = 100_000;
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
            let ask = Ask::Token { min_validity: Millis::from_secs(*min_secs), force_refresh: *force };
            world.call(ask, life.timeout);
        }
        Step::Replace { back } => {
            if let Some(ticket) = ticket(world, *back) {
                world.call(Ask::Replacement(ticket), life.timeout);
            }
        }
        Step::SignIn { user, right } => {
            let password = if *right { PASSWORD } else { "SECRET-wrong" };
            let credentials =
                Credentials { username: USERS[*user].to_owned(), password: Password::new(password) };
            world.call(Ask::SignIn(credentials), life.timeout);
        }
        Step::AskSession => drop(world.call(Ask::Session, life.timeout)),
        Step::SignInAsGuest => drop(world.call(Ask::SignInAsGuest, life.timeout)),
        Step::SignOut => drop(world.call(Ask::SignOut, life.timeout)),
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
    let call = world.call(Ask::Token { min_validity: Millis::ZERO, force_refresh: false }, life.timeout);
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

fn live(life: &Life) -> Run {
    let watched = life.seed.is_multiple_of(WATCHED);
    catch_unwind(AssertUnwindSafe(|| {
        let mut first = run(life, watched);
        if watched && first.broken.is_none() && run(life, true).trace != first.trace {
            first.broken = Some(Broken { law: "the_same_again", detail: String::new() });
        }
        first
    }))
    .unwrap_or_else(|_| Run {
        tally: Tally::default(),
        trace: None,
        broken: Some(Broken { law: "nothing_panics", detail: String::new() }),
    })
}

/// Leaves out every step without which the same law is still broken.
fn shorten(mut life: Life, law: &str) -> Life {
    let breaks = |life: &Life| live(life).broken.is_some_and(|broken| broken.law == law);
    let mut size = life.steps.len();
    while size > 0 {
        let mut at = 0;
        while at < life.steps.len() {
            let mut shorter = life.clone();
            shorter.steps.drain(at..(at + size).min(life.steps.len()));
            if breaks(&shorter) {
                life = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    life
}

fn live_all(seeds: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        let life = Life::random(seed);
        let run = live(&life);
        if let Some(broken) = run.broken {
            let short = shorten(life, broken.law);
            let detail = live(&short).broken.map(|broken| broken.detail);
            panic!("SIM_SEED={seed} SIM_LIVES=1: {} is broken: {detail:?}\nby {short:#?}", broken.law);
        }
        tally += run.tally;
    }
    tally
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Chance::new(since.as_nanos() as u64).bits() >> 24
}

#[test]
fn random_lives_break_no_law() {
    let lives = number("SIM_LIVES").unwrap_or(LIVES);
    let first = number("SIM_SEED").unwrap_or_else(fresh_seed);
    tell(&format!("SIM_SEED={first} SIM_LIVES={lives}"));
    let half = first + lives / 2;
    let tally = std::thread::scope(|scope| {
        let other = scope.spawn(move || live_all(half..first + lives));
        let mut tally = live_all(first..half);
        tally += other.join().unwrap_or_else(|_| panic!("a law is broken, see above"));
        tally
    });
    print_counts(lives, &tally);
    if lives >= LIVES {
        assert_rich(lives, &tally);
    }
}

#[test]
fn the_same_lives_as_ever_break_no_law() {
    print_counts(FIXED, &live_all(0..FIXED));
}

fn print_counts(lives: u64, tally: &Tally) {
    let counts: Vec<String> = tally.counts().iter().map(|(name, count)| format!("{name} {count}")).collect();
    tell(&format!("{lives} lives: {}", counts.join(", ")));
}

/// The test harness shows what is printed of failures only; this is for every reader.
fn tell(line: &str) {
    let mut stderr = std::io::stderr().lock();
    stderr.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// A life in which nothing happens checks nothing.
fn assert_rich(lives: u64, tally: &Tally) {
    for (name, count) in tally.counts() {
        assert!(count >= lives / 1_000, "{name} happened {count} times in {lives} lives");
    }
}
