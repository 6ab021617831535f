//! The replay: runs a recording through the core, compares its effects with the recorded ones, and tells the story.

use serde::Serialize;

use super::recording::Recording;
use super::story::{decisions, happening};
use super::summary::summary;

/// A recording that was replayed.
#[derive(Debug, Serialize)]
pub struct Replay {
    /// Notes before the story: another version wrote the file, or its beginning is missing.
    pub notes: Vec<String>,
    /// The inputs, in order.
    pub steps: Vec<Step>,
    /// How many steps had other effects than those recorded.
    pub differences: usize,
}

/// One input, and what followed.
#[derive(Debug, Serialize)]
pub struct Step {
    /// Milliseconds since 1970.
    pub at: f64,
    /// What happened.
    pub input: String,
    /// What the core decided, and why.
    pub decisions: Vec<String>,
    /// The effects that were recorded and those of the replay, if they differ.
    pub difference: Option<[Vec<String>; 2]>,
}

/// Replays a recording. If it cannot be read, says why.
///
/// # Errors
///
/// A sentence that says what is wrong with the text, and what to do.
pub fn replay(text: &str) -> Result<Replay, String> {
    let recording = Recording::read(text)?;
    let mut notes: Vec<String> = recording.other_version().into_iter().collect();
    if recording.forgotten() > 0 {
        notes.push(format!("{} inputs before these are not in the recording.", recording.forgotten()));
    }
    let mut session = recording.start;
    let steps: Vec<Step> = recording
        .inputs
        .into_iter()
        .map(|recorded| {
            let input = happening(&recorded.input);
            let effects = session.handle(recorded.now, recorded.input.clone());
            let replayed: Vec<String> = effects.iter().map(summary).collect();
            Step {
                at: recorded.now.wall.to_f64(),
                input,
                decisions: decisions(&session, &recorded.input, &effects),
                difference: (replayed != recorded.effects).then_some([recorded.effects, replayed]),
            }
        })
        .collect();
    let differences = steps.iter().filter(|step| step.difference.is_some()).count();
    Ok(Replay { notes, steps, differences })
}
