//! Recordings: each page that the simulation plays is recorded, and its recording is replayed.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::Input;
use storefront_token_client::recorder::{LONGEST, Session, replay};

use crate::clock::Clock;
use crate::page::shop;

/// What is wrong with the recording of a session, if anything is.
pub fn problem(session: &Session) -> Option<String> {
    let recording = session.recording();
    if recording.contains("SECRET") {
        return Some(format!("it contains a secret: {recording}"));
    }
    match replay(&recording) {
        Err(problem) => Some(problem),
        Ok(replay) => {
            replay.steps.iter().find(|step| step.difference.is_some()).map(|step| format!("{step:?}"))
        }
    }
}

#[test]
fn a_long_recording_has_the_last_inputs_and_replays_them() {
    let mut session = Session::new(shop().config(), 7);
    let mut clock = Clock::new();
    for call in 0..2 * LONGEST {
        session.handle(clock.now(), Input::Call(CallId(call as u32), Command::Session));
        clock.pass(100);
    }
    let replayed = replay(&session.recording()).unwrap();
    assert_eq!((replayed.steps.len(), replayed.differences), (LONGEST, 0));
    assert_eq!(replayed.notes, [format!("{LONGEST} inputs before these are not in the recording.")]);
}

#[test]
fn a_recording_that_was_changed_differs_where_it_was_changed() {
    let mut session = Session::new(shop().config(), 7);
    let clock = Clock::new();
    session.handle(clock.now(), Input::Call(CallId(1), Command::Session));
    let changed = session.recording().replace("\"load 1\"", "\"load 2\"");
    let replayed = replay(&changed).unwrap();
    assert_eq!(replayed.differences, 1);
    let [recorded, now] = replayed.steps[0].difference.clone().unwrap();
    assert_eq!((recorded, now), (vec!["load 2".to_owned()], vec!["load 1".to_owned()]));
}
