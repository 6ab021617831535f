//! Plays random scenarios of one page.

use storefront_token_client::core::call::{Command, Ticket};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::record::Subject;
use storefront_token_client::core::time::Millis;
use storefront_token_client::core::token::Credentials;

use crate::api::Api;
use crate::calls::{adopt, ticket_of, token};
use crate::coverage::Coverage;
use crate::dialect::Dialect;
use crate::disk::{Content, Health};
use crate::harness::Harness;
use crate::invariants::Broken;
use crate::runner::{Plan, play_all, print_counts, run};
use crate::scenario::{Scenario, Step};
use crate::server::{Conduct, ExpiresIn, PASSWORD, USERS};
use crate::timers::Timers;

/// Every run plays the seeds below this number.
const FIXED_SEEDS: u64 = 5_000;
/// One scenario out of this number is played twice, and its trace is searched for secrets.
const TRACED: u64 = 50;

struct Played {
    coverage: Coverage,
    trace: Option<String>,
    broken: Option<Broken>,
}

fn play(scenario: &Scenario, traced: bool) -> Played {
    let mut harness = Harness::of(scenario);
    harness.trace = traced.then(String::new);
    for step in &scenario.steps {
        perform(&mut harness, scenario, step);
        if harness.invariants.broken.is_some() {
            break;
        }
    }
    if harness.invariants.broken.is_none() {
        settle(&mut harness, scenario);
        #[cfg(feature = "recorder")]
        harness.check_recording();
    }
    Played { coverage: harness.coverage, trace: harness.trace, broken: harness.invariants.broken }
}

fn perform(harness: &mut Harness, scenario: &Scenario, step: &Step) {
    match step {
        Step::GetToken { min_secs, force } => {
            let min_validity = Millis::from_secs(*min_secs);
            harness.call(Command::Token { min_validity, force_refresh: *force }, scenario.timeout);
        }
        Step::Replace { back } => {
            if let Some(ticket) = ticket(harness, *back) {
                harness.call(Command::TokenAfter401(ticket), scenario.timeout);
            }
        }
        Step::Fetch(api) => harness.fetch(*api, scenario.timeout),
        Step::SignIn { user, right } => {
            let password = if *right { PASSWORD } else { "SECRET-wrong" };
            let credentials = Credentials::new(USERS[*user], password);
            harness.call(Command::SignIn(credentials), scenario.timeout);
        }
        Step::Adopt { user, age, again } => adopt_tokens(harness, scenario, user, *age, *again),
        Step::GetSession => drop(harness.call(Command::Session, scenario.timeout)),
        Step::SignInAsGuest => drop(harness.call(Command::SignInAsGuest, scenario.timeout)),
        Step::SignOut => drop(harness.call(Command::SignOut, scenario.timeout)),
        Step::Cancel { which } => {
            if let Some(id) = harness.invariants.all_waiting().get(*which) {
                harness.handle(Input::Cancel(*id));
            }
        }
        Step::Pass(span) => harness.pass(*span),
        Step::Sleep(span) => harness.sleep(*span),
        Step::SetClock(by) => harness.clock.wall += by,
        Step::Reload { lands } => harness.reload(*lands),
        Step::Dispose => {
            harness.handle(Input::Dispose);
            harness.pass(1_000);
            harness.reload(true);
        }
        Step::Wake => harness.handle(Input::Wake),
        Step::Hide => harness.handle(Input::Hidden),
        Step::Show => harness.handle(Input::Shown),
        Step::Offline => harness.handle(Input::Offline),
        Step::Online => harness.handle(Input::Online),
        Step::Clear => harness.disk.content = Content::Nothing,
        Step::Lock(delay) => harness.lock_delay = *delay,
        Step::OldInputs => {
            harness.handle(Input::Wake);
            harness.replay_old_inputs();
        }
        Step::Serve(conduct) => harness.server.conduct = *conduct,
        Step::ExpiresIn(expires_in) => harness.server.expires_in = *expires_in,
        Step::RevokeAccessTokens => {
            harness.server.revoke_access_tokens();
            harness.fetch(Api::Honest, scenario.timeout);
        }
        Step::EndAll => harness.server.end_all(),
        Step::Latency(latency) => harness.latency = *latency,
        Step::Disk(health) => harness.disk.health = *health,
        Step::Timers(timers) => harness.timers = *timers,
        Step::Damage => {
            harness.disk.content = Content::Garbage;
            harness.reload(false);
        }
    }
}

fn adopt_tokens(harness: &mut Harness, scenario: &Scenario, user: &str, age: i64, again: bool) {
    // At the other dialects a refusal proves nothing about adopted tokens. And after the clock was set back, an endless
    // token would count as issued before the first `Date`.
    let endless = harness.server.expires_in.millis() > Some(8_000_000_000_000_000);
    if !matches!(scenario.dialect, Dialect::OAuth2 | Dialect::Oro) || endless {
        return;
    }
    let last = harness.last_adoption.take().filter(|_| again);
    let adoption = last.unwrap_or_else(|| {
        let subject = if user == "guest" { Subject::Guest } else { Subject::User };
        let tokens = harness.server.grant_to_another_client(user, harness.clock.real - age);
        adopt(&tokens, subject, harness.clock.wall - age)
    });
    harness.last_adoption = Some(adoption.clone());
    harness.call(adoption, scenario.timeout);
}

/// The ticket of one of the last tokens that were given to this page.
fn ticket(harness: &Harness, back: usize) -> Option<Ticket> {
    harness.replies.iter().rev().filter_map(|(_, result)| ticket_of(result)).nth(back)
}

/// With a healthy server, a healthy storage and some time, every call gets a reply, and the last a token.
fn settle(harness: &mut Harness, scenario: &Scenario) {
    harness.server.conduct = Conduct::Serves;
    harness.server.expires_in = ExpiresIn::secs(3_600);
    harness.disk.health = Health::Works;
    harness.timers = Timers::OnTime;
    harness.latency = 100;
    harness.disk.delay = 0;
    harness.lock_delay = 0;
    harness.handle(Input::Online);
    harness.handle(Input::Shown);
    // Refreshes may be stalled for an hour, and a page that is new counts that hour by the wall clock, which may
    // have been set back. From its first call on, it counts by the monotonic clock.
    harness.call(token(), scenario.timeout);
    harness.pass(3_900_000);
    let waiting = harness.invariants.all_waiting();
    harness.invariants.check(waiting.is_empty(), "every_call_has_its_reply", || format!("{waiting:?}"));
    // The first calls may find an exchange that hangs, and a refresh token that it has used up.
    let replies: Vec<bool> = (0..6).map(|_| is_served(harness, scenario)).collect();
    harness.invariants.check(replies[4] || replies[5], "a_healthy_server_is_enough", || {
        format!("{:?}", harness.replies.last())
    });
}

fn is_served(harness: &mut Harness, scenario: &Scenario) -> bool {
    let call = harness.call(token(), scenario.timeout);
    harness.pass(scenario.timeout);
    let served = match harness.reply_to(call) {
        Some(Ok(_)) => true,
        Some(Err(error)) if scenario.dialect == Dialect::Fails => {
            // Until ten minutes have passed, the server's failure may be of another kind.
            error.code == Code::LoginRequired || error.status == Some(500)
        }
        Some(Err(error)) => error.code == Code::LoginRequired && !scenario.guest,
        None => false,
    };
    harness.pass(60_000);
    served
}

impl Plan for Scenario {
    type Step = Step;
    type Counts = Coverage;

    fn random(seed: u64) -> Scenario {
        Scenario::random(seed)
    }

    fn steps(&mut self) -> &mut Vec<Step> {
        &mut self.steps
    }

    fn play(&self) -> (Coverage, Option<Broken>) {
        let traced = self.seed.is_multiple_of(TRACED);
        let first = play(self, traced);
        let same = !traced || first.broken.is_some() || play(self, true).trace == first.trace;
        let differs =
            (!same).then(|| Broken { invariant: "the_same_seed_plays_the_same", detail: String::new() });
        (first.coverage, first.broken.or(differs))
    }
}

#[test]
fn random_scenarios_break_no_invariant() {
    run::<Scenario>();
}

#[test]
fn the_first_scenarios_break_no_invariant() {
    print_counts(FIXED_SEEDS, &play_all::<Scenario>(0..FIXED_SEEDS));
}
