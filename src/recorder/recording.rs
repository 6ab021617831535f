//! The file: a recording as JSON.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::core::io::Input;
use crate::core::session::Session;
use crate::core::time::Now;

/// Marks the file, and the version of its layout.
const NAME: &str = "storefront-token-client";
const LAYOUT: u32 = 1;

/// The version of this package.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// One input, and what followed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Recorded {
    pub(super) now: Now,
    pub(super) input: Input,
    /// The summaries of the effects that it really had.
    pub(super) effects: Vec<String>,
}

/// A recording.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Recording {
    #[serde(flatten)]
    head: Head,
    /// The session before the first input.
    pub(super) start: Session,
    pub(super) inputs: Vec<Recorded>,
}

/// The part of a recording that every version of this package can read.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    recording: String,
    layout: u32,
    version: String,
    /// How many inputs came before the first that is here.
    forgotten: u32,
}

impl Recording {
    pub(super) fn of(start: &Session, inputs: &VecDeque<Recorded>, forgotten: u32) -> Recording {
        let head = Head { recording: NAME.into(), layout: LAYOUT, version: VERSION.into(), forgotten };
        Recording { head, start: start.clone(), inputs: inputs.iter().cloned().collect() }
    }

    pub(super) fn to_json(&self) -> String {
        // Cannot fail: all keys are strings, and no number is infinite.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a recording, or says why it cannot be read.
    pub(super) fn read(text: &str) -> Result<Recording, String> {
        let head: Head = serde_json::from_str(text).map_err(|error| unreadable(text, &error))?;
        if head.recording != NAME {
            return Err(String::from("This is no recording of storefront-token-client."));
        }
        if head.layout != LAYOUT {
            return Err(head.other_version());
        }
        serde_json::from_str(text).map_err(|error| match head.version == VERSION {
            true => format!("The recording is damaged: {error}."),
            false => head.other_version(),
        })
    }

    pub(super) fn forgotten(&self) -> u32 {
        self.head.forgotten
    }

    /// The version that wrote the file, if it is another one.
    pub(super) fn other_version(&self) -> Option<String> {
        (self.head.version != VERSION).then(|| self.head.other_version())
    }
}

impl Head {
    fn other_version(&self) -> String {
        let version = &self.version;
        format!(
            "Version {version} wrote the recording, and this is version {VERSION}. Replay it with the version that wrote it: npx storefront-token-client@{version} replay FILE."
        )
    }
}

fn unreadable(text: &str, error: &serde_json::Error) -> String {
    let begins_as_recording = text.trim_start().starts_with("{\"recording\":\"storefront-token-client\"");
    let problem = match error.classify() {
        Category::Eof if begins_as_recording => "The recording is cut off: it ends in the middle.",
        Category::Io | Category::Syntax if begins_as_recording => "The recording is damaged: it is not JSON.",
        Category::Io | Category::Syntax | Category::Eof | Category::Data => {
            "This is no recording of storefront-token-client."
        }
    };
    problem.into()
}
