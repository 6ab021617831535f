//! The hunt for a broken law: many random plans, each with a seed that gives it again, and made
//! short when it breaks one.
//!
//! `SIM_SEED` gives the first seed, or is `fresh` for seeds that were never played: a change must not
//! fail by the seed of the day, and whoever hunts wants new ones. `SIM_LIVES` gives their number.

use std::fmt::Debug;
use std::io::Write;
use std::ops::AddAssign;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::chance::Chance;
use crate::laws::Broken;

/// How many plans a run plays, where nothing else is said.
pub const PLANS: u64 = 100_000;

/// The first seed, where nothing else is said.
const FIRST: u64 = 2_000_000;

/// What is played: a beginning, and what happens step by step.
pub trait Plan: Clone + Debug {
    type Step: Clone;
    type Counts: Counts;

    fn random(seed: u64) -> Self;
    fn steps(&mut self) -> &mut Vec<Self::Step>;
    fn play(&self) -> (Self::Counts, Option<Broken>);
}

/// What happened, so that a reader sees that the plans are rich.
pub trait Counts: Default + AddAssign + Send {
    const OF: &'static str;
    /// Of so many plans, what is counted happens in one at the least.
    const RAREST: u64;

    fn counts(&self) -> Vec<(&'static str, u64)>;
}

fn play<P: Plan>(plan: &P) -> (P::Counts, Option<Broken>) {
    catch_unwind(AssertUnwindSafe(|| plan.play())).unwrap_or_else(|_| {
        (P::Counts::default(), Some(Broken { law: "nothing_panics", detail: String::new() }))
    })
}

/// Leaves out every step without which the same law is still broken.
fn shorten<P: Plan>(mut plan: P, law: &str) -> P {
    let breaks = |plan: &P| play(plan).1.is_some_and(|broken| broken.law == law);
    let mut size = plan.steps().len();
    while size > 0 {
        let mut at = 0;
        while at < plan.steps().len() {
            let mut shorter = plan.clone();
            let end = (at + size).min(shorter.steps().len());
            shorter.steps().drain(at..end);
            if breaks(&shorter) {
                plan = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    plan
}

/// Plays the plans of these seeds, and panics with the shortest that breaks a law.
pub fn play_all<P: Plan>(seeds: impl Iterator<Item = u64>) -> P::Counts {
    let mut counts = P::Counts::default();
    for seed in seeds {
        let plan = P::random(seed);
        let (played, broken) = play(&plan);
        if let Some(broken) = broken {
            let short = shorten(plan, broken.law);
            let detail = play(&short).1.map(|broken| broken.detail);
            panic!("SIM_SEED={seed} SIM_LIVES=1: {} is broken: {detail:?}\nby {short:#?}", broken.law);
        }
        counts += played;
    }
    counts
}

/// Plays as many as the run asks for, on two threads.
pub fn hunt<P: Plan>() {
    let plans = number("SIM_LIVES").unwrap_or(PLANS);
    let first = first_seed();
    tell(&format!("SIM_SEED={first} SIM_LIVES={plans}"));
    let half = first + plans / 2;
    let counts = std::thread::scope(|scope| {
        let other = scope.spawn(move || play_all::<P>(half..first + plans));
        let mut counts = play_all::<P>(first..half);
        counts += other.join().unwrap_or_else(|_| panic!("a law is broken, see above"));
        counts
    });
    print_counts(plans, &counts);
    if plans >= PLANS {
        assert_rich(plans, &counts);
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn first_seed() -> u64 {
    match std::env::var("SIM_SEED").as_deref() {
        Ok("fresh") => fresh_seed(),
        _ => number("SIM_SEED").unwrap_or(FIRST),
    }
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Chance::new(since.as_nanos() as u64).bits() >> 24
}

pub fn print_counts<C: Counts>(plans: u64, counts: &C) {
    let shown: Vec<String> = counts.counts().iter().map(|(name, count)| format!("{name} {count}")).collect();
    tell(&format!("{plans} {}: {}", C::OF, shown.join(", ")));
}

/// The test harness shows what is printed of failures only; this is for every reader.
fn tell(line: &str) {
    let mut stderr = std::io::stderr().lock();
    stderr.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// A plan in which nothing happens checks nothing.
fn assert_rich<C: Counts>(plans: u64, counts: &C) {
    for (name, count) in counts.counts() {
        assert!(count >= plans / C::RAREST, "{name} happened {count} times in {plans} {}", C::OF);
    }
}
