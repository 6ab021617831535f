//! Roll calls: this page asks its peers, and waits until each of them has replied.
//!
//! The register of the origin says which pages are there. A page that is alone waits for nobody. Otherwise it waits
//! for each of the others, even if a long task blocks them, since they may hold the session. A host without a
//! register gives its peers 100 ms.

use std::mem;

use super::Session;
use super::phase::Phase;
use super::wait::{PEER_RESPONSE_TIME, Wait};
use crate::core::ids::PageId;
use crate::core::io::Effect;
use crate::core::message::{Message, MessageNumber};
use crate::core::time::{Millis, Now, Timestamp};

/// How long to wait for a registered page, at most two thirds of a call's timeout. A page that does not reply
/// for longer has crashed, or is suspended.
const REGISTERED_PEER_TIME: Millis = Millis::from_secs(10);

/// A registered page that has not replied is asked again after this time: it may have begun to receive since.
const ASK_AGAIN_AFTER: Millis = Millis::from_secs(1);

/// If the deadline was missed by more than this, the page was suspended, and replies may wait to be taken in.
const SUSPENDED_AFTER: Millis = Millis::new(50);

/// A question to which some peers have not replied yet.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct RollCall {
    /// The number that the replies repeat.
    number: MessageNumber,
    missing: Missing,
    pub(super) wait: Wait,
}

#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
enum Missing {
    /// There is no register: a page that does not reply in time is not there.
    Unknown,
    /// These pages have not replied. They are asked again at this time.
    Pages(Vec<PageId>, Timestamp),
}

impl RollCall {
    /// When to ask again, or to stop waiting.
    pub(super) fn next_at(&self) -> Timestamp {
        match self.missing {
            Missing::Unknown => self.wait.until(),
            Missing::Pages(_, ask_again_at) => self.wait.until().min(ask_again_at),
        }
    }

    /// Stops waiting for the pages for which the function is false. True if none is left.
    fn keep(&mut self, stays: impl Fn(&PageId) -> bool) -> bool {
        let Missing::Pages(pages, _) = &mut self.missing else { return false };
        pages.retain(stays);
        pages.is_empty()
    }
}

impl Session {
    /// Asks the peers. Until they have replied, nothing is refreshed.
    pub(super) fn call_roll(&mut self, now: Now) {
        self.has_unasked_peers = false;
        self.roll_call = None;
        if self.should_wait_for_peers() {
            let (span, missing) = match &self.registered {
                None => (PEER_RESPONSE_TIME, Missing::Unknown),
                Some(pages) => {
                    let ask_again_at = now.mono.after(ASK_AGAIN_AFTER);
                    (self.registered_peer_time(), Missing::Pages(pages.clone(), ask_again_at))
                }
            };
            let is_alone = self.registered.as_ref().is_some_and(Vec::is_empty);
            let number = MessageNumber::new(self.random.bits());
            self.roll_call = (!is_alone).then(|| RollCall { number, missing, wait: Wait::of(span, now) });
        }
        self.ask_peers();
    }

    fn registered_peer_time(&self) -> Millis {
        REGISTERED_PEER_TIME.min(self.config.timeout().thousandths(667))
    }

    /// The number that the peers name in their replies, if it matters who replies.
    pub(super) fn roll_call_number(&self) -> Option<MessageNumber> {
        let call = self.roll_call.as_ref()?;
        matches!(call.missing, Missing::Pages(..)).then_some(call.number)
    }

    /// Whether the register has other pages.
    pub(super) fn has_registered_peers(&self) -> bool {
        self.should_wait_for_peers() && self.registered.as_ref().is_some_and(|pages| !pages.is_empty())
    }

    /// Until when the peers have time to reply, and no refresh may be sent.
    pub(super) fn roll_call_deadline(&self) -> Option<Timestamp> {
        self.roll_call.as_ref().map(|call| call.wait.until())
    }

    /// The register has changed, or was read for the first time. This page does not wait
    /// again for a page that did not reply before, until a message comes from it.
    pub(super) fn register_read(&mut self, mut pages: Option<Vec<PageId>>, now: Now) {
        if let Some(pages) = &mut pages {
            pages.retain(|page| !self.silent_peers.contains(page));
        }
        let known = self.registered.as_deref();
        self.has_unasked_peers |= match &pages {
            None => known.is_some(),
            Some(pages) => pages.iter().any(|page| known.is_none_or(|known| !known.contains(page))),
        };
        if let (Some(call), Some(pages)) = (&mut self.roll_call, &pages)
            && call.keep(|page| pages.contains(page))
        {
            self.end_roll_call(now);
        }
        // A page that was heard of may not be in the register yet.
        self.may_have_unregistered_peers &= pages.as_ref().is_none_or(Vec::is_empty);
        self.registered = pages;
    }

    /// A page has sent a message.
    pub(super) fn note_sender(&mut self, from: Option<&str>) {
        self.may_have_unregistered_peers |= from.is_some();
        let is_sender = |page: &mut PageId| Some(page.0.as_str()) == from;
        for page in self.silent_peers.extract_if(.., is_sender) {
            if let Some(registered) = &mut self.registered {
                registered.push(page);
            }
        }
    }

    /// A page has replied to this roll call, and has nothing more to say.
    pub(super) fn on_here(&mut self, roll_call: MessageNumber, from: Option<&str>, now: Now) {
        if let Some(call) = &mut self.roll_call
            && call.number == roll_call
            && call.keep(|page| Some(page.0.as_str()) != from)
        {
            self.end_roll_call(now);
        }
    }

    /// A peer has an exchange under way for what this page waits for.
    pub(super) fn extend_roll_call(&mut self, now: Now) {
        let span = self.registered_peer_time();
        match &mut self.roll_call {
            None => {}
            Some(RollCall { missing: Missing::Unknown, wait, .. }) => wait.extend_for_busy_peer(now),
            Some(RollCall { wait, .. }) => wait.extend(span, now),
        }
    }

    /// A page that has heard of peers waits for them before it gives a session up: a long task may block one
    /// of them. With a register, it waits for them in any case.
    pub(super) fn wait_for_blocked_peers(&mut self, now: Now) {
        if let Some(RollCall { missing: Missing::Unknown, wait, .. }) = &mut self.roll_call
            && self.has_received_messages
        {
            wait.extend_for_blocked_peer(now);
        }
    }

    /// Asks once more those who have not replied, or stops waiting for them. True if it did so.
    pub(super) fn advance_roll_call(&mut self, now: Now) -> bool {
        let Some(call) = &mut self.roll_call else { return false };
        if call.next_at() > now.mono {
            return false;
        }
        let is_over = call.wait.until() <= now.mono;
        if let Missing::Pages(_, ask_again_at) = &mut call.missing {
            *ask_again_at = now.mono.after(ASK_AGAIN_AFTER);
        }
        if !is_over || call.wait.should_ask_again(SUSPENDED_AFTER, now) {
            self.ask_peers_again(now);
        } else {
            if let Missing::Pages(pages, _) = &mut call.missing {
                let gone = mem::take(pages);
                if let Some(registered) = &mut self.registered {
                    registered.retain(|page| !gone.contains(page));
                }
                self.silent_peers.extend_from_slice(&gone);
                self.effect(Effect::ForgetPeers(gone));
            }
            self.end_roll_call(now);
        }
        true
    }

    fn ask_peers_again(&mut self, now: Now) {
        if matches!(self.phase, Phase::ConfirmingRejection(_)) {
            self.ask_peers_and_storage(now);
        } else {
            self.ask_peers();
        }
    }

    /// Every peer has replied, or had time to do so.
    fn end_roll_call(&mut self, now: Now) {
        self.roll_call = None;
        self.offer_to_give_guest_up();
        match &self.phase {
            Phase::AskingPeers => self.finish_restore(now),
            Phase::ConfirmingRejection(confirmation) if confirmation.read.is_none() => {
                self.accept_rejection();
            }
            Phase::New
            | Phase::Reading(_)
            | Phase::Ready
            | Phase::Claiming(_)
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)
            | Phase::ConfirmingRejection(_) => {}
        }
    }

    /// Tells a page that calls the roll that this page has said what it knows. While this page reads the
    /// storage it knows nothing yet.
    pub(super) fn reply_to_roll_call(&mut self, roll_call: Option<MessageNumber>) {
        if let Some(number) = roll_call.filter(|number| !self.owed_replies.contains(number)) {
            self.owed_replies.push(number);
        }
        self.send_owed_replies();
    }

    pub(super) fn send_owed_replies(&mut self) {
        if !matches!(self.phase, Phase::Reading(_)) {
            for roll_call in mem::take(&mut self.owed_replies) {
                self.broadcast(&Message::Here { roll_call });
            }
        }
    }
}
