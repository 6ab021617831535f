//! Plays many random plans. A seed reproduces each plan. A plan is shortened when it breaks an
//! invariant.
//!
//! `SIM_SEED` is the first seed, or `fresh` for seeds that nobody has played. `SIM_COUNT` is the number of
//! plans. By default every run plays the same seeds, so that no change fails by chance.

use std::fmt::Debug;
use std::io::Write;
use std::ops::{AddAssign, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::invariants::Broken;
use crate::rng::Rng;

/// The number of plans in a run, unless `SIM_COUNT` says otherwise.
pub const PLANS: u64 = 100_000;

/// The first seed, unless `SIM_SEED` says otherwise.
const FIRST_SEED: u64 = 2_000_000;

/// The plan of a run: the conditions, and then the events, step by step.
pub trait Plan: Clone + Debug {
    type Step: Clone;
    type Counts: Counts;

    fn random(seed: u64) -> Self;
    fn steps(&mut self) -> &mut Vec<Self::Step>;
    fn play(&self) -> (Self::Counts, Option<Broken>);
}

/// Counts of the events. They show that the plans are varied.
pub trait Counts: Default + AddAssign + Send {
    const OF: &'static str;
    /// Everything that is counted must happen at least once in this number of plans.
    const RAREST: u64;

    fn counts(&self) -> Vec<(&'static str, u64)>;
}

fn play<P: Plan>(plan: &P) -> (P::Counts, Option<Broken>) {
    catch_unwind(AssertUnwindSafe(|| plan.play())).unwrap_or_else(|_| {
        (P::Counts::default(), Some(Broken { invariant: "nothing_panics", detail: String::new() }))
    })
}

/// Removes every step that the break does not need.
fn shorten<P: Plan>(mut plan: P, invariant: &str) -> P {
    let breaks = |plan: &P| play(plan).1.is_some_and(|broken| broken.invariant == invariant);
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

/// Plays the plans of these seeds on two threads, and panics with a shortened plan if one breaks an
/// invariant.
pub fn play_all<P: Plan>(seeds: Range<u64>) -> P::Counts {
    let half = seeds.start + (seeds.end - seeds.start) / 2;
    std::thread::scope(|scope| {
        let other = scope.spawn(move || play_on_this_thread::<P>(half..seeds.end));
        let mut counts = play_on_this_thread::<P>(seeds.start..half);
        counts += other.join().unwrap_or_else(|_| panic!("an invariant is broken, see above"));
        counts
    })
}

fn play_on_this_thread<P: Plan>(seeds: Range<u64>) -> P::Counts {
    let mut counts = P::Counts::default();
    for seed in seeds {
        let plan = P::random(seed);
        let (played, broken) = play(&plan);
        if let Some(broken) = broken {
            let short = shorten(plan, broken.invariant);
            let detail = play(&short).1.map(|broken| broken.detail);
            panic!("SIM_SEED={seed} SIM_COUNT=1: {} is broken: {detail:?}\nby {short:#?}", broken.invariant);
        }
        counts += played;
    }
    counts
}

/// Plays the plans of a run.
pub fn run<P: Plan>() {
    let plans = number("SIM_COUNT").unwrap_or(PLANS);
    let first = first_seed();
    print(&format!("SIM_SEED={first} SIM_COUNT={plans}"));
    let counts = play_all::<P>(first..first + plans);
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
        _ => number("SIM_SEED").unwrap_or(FIRST_SEED),
    }
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Rng::new(since.as_nanos() as u64).bits() >> 24
}

pub fn print_counts<C: Counts>(plans: u64, counts: &C) {
    let shown: Vec<String> = counts.counts().iter().map(|(name, count)| format!("{name} {count}")).collect();
    print(&format!("{plans} {}: {}", C::OF, shown.join(", ")));
}

/// Prints even if the test passes: the test harness would hide `println!`.
fn print(line: &str) {
    let mut stderr = std::io::stderr().lock();
    stderr.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Plans in which too little happens prove nothing.
fn assert_rich<C: Counts>(plans: u64, counts: &C) {
    for (name, count) in counts.counts() {
        assert!(count >= plans / C::RAREST, "{name} happened {count} times in {plans} {}", C::OF);
    }
}
