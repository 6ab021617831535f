//! The laws: each a named check of one moment, against a small model of what the session knows.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::event::{Event, Refresh, SessionView};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::ids::{ReadId, WriteId};
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::Members;
use storefront_token_client::core::record::Subject;

use crate::clock::Shown;
use crate::model::{Asked, Held, Unresolved, proves_death, restored};
use crate::server::{Dialect, Server};
use crate::wire::{Form, told};

/// One input and what came of it.
pub struct Moment<'a> {
    pub now: Shown,
    pub input: &'a Input,
    pub effects: &'a [Effect],
    pub before: Option<SessionView>,
    pub after: Option<SessionView>,
    pub wakeup: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Broken {
    pub law: &'static str,
    pub detail: String,
}

pub struct Waiting {
    pub(crate) id: CallId,
    pub(crate) ask: Command,
    pub(crate) deadline: i64,
    /// The user whose token it must be.
    pub(crate) user: Option<String>,
    /// A sign-out that has removed the record.
    pub(crate) carried_out: bool,
}

/// How long the storage is waited for.
const STORAGE_LIMIT: i64 = 5_000;

pub struct Laws {
    pub broken: Option<Broken>,
    pub on_demand: bool,
    pub shares: bool,
    /// What is stored was not written by this client.
    pub foreign: bool,
    pub disposed: bool,
    pub(crate) held: Option<Held>,
    pub(crate) dialect: Dialect,
    pub(crate) waiting: Vec<Waiting>,
    /// The storage is being read; under a lock, where that was asked for.
    pub(crate) reading: Option<ReadId>,
    /// Where it was read before, it is not waited for longer.
    pub(crate) reading_until: Option<i64>,
    pub(crate) lock: Option<ReadId>,
    /// Sessions that are over.
    pub(crate) over: Vec<String>,
    pub(crate) serial: u32,
    pub(crate) offline: bool,
    pub(crate) leaving: bool,
    pub(crate) unresolved: Option<Unresolved>,
    /// New tokens that are being written.
    pub(crate) pending: Option<(WriteId, Held, i64)>,
    /// The server has said that the refresh token is dead; or a token has just come.
    pub(crate) server_ended_it: bool,
    pub(crate) newborn: bool,
    /// The write failed, and what was stored before is to go.
    pub(crate) unwritten: bool,
    pub(crate) refreshed_at: Option<i64>,
    pub(crate) visitor_at: Option<i64>,
    pub(crate) not_before: Option<i64>,
    pub(crate) last_was_refresh: bool,
    pub(crate) retry_at: Option<i64>,
    /// A sign-out is not waited for any longer, but it is still to be done.
    pub(crate) owes_sign_out: bool,
    /// The same, or a removal for another reason came before it.
    pub(crate) may_sign_out: bool,
}

impl Laws {
    pub fn new(dialect: Dialect) -> Laws {
        Laws {
            broken: None,
            on_demand: false,
            shares: false,
            foreign: false,
            disposed: false,
            held: None,
            dialect,
            waiting: Vec::new(),
            reading: None,
            reading_until: None,
            lock: None,
            over: Vec::new(),
            serial: 0,
            offline: false,
            leaving: false,
            unresolved: None,
            pending: None,
            server_ended_it: false,
            newborn: false,
            unwritten: false,
            refreshed_at: None,
            visitor_at: None,
            not_before: None,
            last_was_refresh: false,
            retry_at: None,
            owes_sign_out: false,
            may_sign_out: false,
        }
    }

    /// The first law that is broken is the one that is told.
    pub fn hold(&mut self, holds: bool, law: &'static str, detail: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken { law, detail: detail() });
        }
    }

    pub fn called(&mut self, id: CallId, ask: &Command, deadline: i64, view: Option<SessionView>) {
        let user = match ask {
            Command::Replacement(ticket) => ticket.to_parts().1,
            _ => view.filter(|v| v.subject() == Subject::User).map(|view| view.id().to_text()),
        };
        self.waiting.push(Waiting { id, ask: ask.clone(), deadline, user, carried_out: false });
    }

    pub fn is_waiting(&self, id: CallId) -> bool {
        self.waiting.iter().any(|waiting| waiting.id == id)
    }

    pub fn is_exchanging(&self) -> bool {
        self.unresolved.is_some()
    }

    pub fn all_waiting(&self) -> Vec<CallId> {
        self.waiting.iter().map(|waiting| waiting.id).collect()
    }

    pub fn reloaded(&mut self) {
        let Laws { on_demand, shares, .. } = *self;
        let broken = self.broken.take();
        *self = Laws { on_demand, shares, broken, ..Laws::new(self.dialect) };
    }

    pub fn keeps_secrets(&mut self, shown: &str) {
        self.hold(!shown.contains("SECRET"), "debug_shows_no_secret", || shown.to_owned());
    }

    pub fn judge(&mut self, moment: &Moment, server: &Server) {
        self.newborn = false;
        self.take(moment, server);
        for effect in moment.effects {
            self.judge_effect(effect, moment, server);
        }
        if let Some(held) = &mut self.held {
            held.grow_older(moment.now);
        }
        if self.reading_until.take_if(|until| *until <= moment.now.mono).is_some() {
            self.reading = None;
        }
        self.judge_state(moment);
    }

    /// What the input means by itself.
    fn take(&mut self, moment: &Moment, server: &Server) {
        match moment.input {
            Input::Loaded(read, loaded) if self.reading == Some(*read) => {
                self.reading = None;
                self.look(loaded, moment, server);
            }
            Input::ExchangeEnded(id, outcome) => {
                if let Some(was) = self.unresolved.take_if(|unresolved| unresolved.id == *id) {
                    self.last_was_refresh = was.asked == Asked::Refresh;
                    if was.asked == Asked::Refresh && proves_death(self.dialect, outcome) {
                        self.server_ended_it = true;
                        self.not_before = None;
                    } else if let Some(token) = told(outcome, "access_token") {
                        let held = Held::granted(
                            token,
                            told(outcome, "refresh_token"),
                            &was,
                            server,
                            self.held.as_ref(),
                        );
                        // The write is named by the effect that asks for it.
                        self.pending = None;
                        self.expect_write(held, moment);
                    } else if was.asked != Asked::SignIn {
                        self.not_before = crate::model::patience(outcome).map(|wait| moment.now.mono + wait);
                    }
                }
            }
            Input::Dispose => self.disposed = true,
            Input::Offline => self.offline = true,
            Input::Online => self.offline = false,
            Input::Hidden => self.leaving = true,
            Input::Shown => self.leaving = false,
            _ => {}
        }
        self.commit(moment);
    }

    /// What was read, held against what is held.
    fn look(&mut self, loaded: &Loaded, moment: &Moment, server: &Server) {
        let found = restored(loaded, moment.now, server).filter(|_| !self.foreign);
        let found = found.filter(|found| !self.over.contains(&found.id));
        let newer = |held: &Held, found: &Held| held.id != found.id || found.generation > held.generation;
        match (&self.held, found) {
            // A verdict that it is dead says more.
            (Some(held), None)
                if held.stored && matches!(loaded, Loaded::Nothing) && !self.server_ended_it =>
            {
                self.lose();
            }
            (Some(held), Some(found)) if newer(held, &found) => self.hold_now(found),
            (None, Some(found)) => self.hold_now(found),
            _ => {}
        }
    }

    fn hold_now(&mut self, held: Held) {
        if let Some(before) = self.held.take().filter(|before| before.id != held.id) {
            self.over.push(before.id);
        }
        self.serial += 1;
        self.server_ended_it = false;
        self.not_before = None;
        self.held = Some(Held { serial: self.serial, ..held });
    }

    fn lose(&mut self) {
        self.over.extend(self.held.take().map(|held| held.id));
        self.server_ended_it = false;
        self.not_before = None;
    }

    fn expect_write(&mut self, held: Held, moment: &Moment) {
        let write = moment.effects.iter().find_map(|effect| match effect {
            Effect::Store(write, Some(record)) => Some((*write, record)),
            _ => None,
        });
        self.hold(write.is_some(), "an_answer_is_stored", || format!("{held:?}"));
        let until = moment.now.mono + STORAGE_LIMIT;
        self.pending = write.and_then(|(write, record)| Some((write, held.of_record(record)?, until)));
    }

    fn commit(&mut self, moment: &Moment) {
        let signs_out = matches!(moment.input, Input::Call(_, Command::SignOut));
        let written = |write| matches!(moment.input, Input::Stored(stored, _) if *stored == write);
        let over = |until| until <= moment.now.mono && !signs_out;
        if let Some((write, held, _)) =
            self.pending.take_if(|(write, _, until)| written(*write) || over(*until))
        {
            let stored = matches!(moment.input, Input::Stored(of, true) if *of == write);
            self.hold_now(Held { stored, ..held });
            self.newborn = true;
            self.unwritten = matches!(moment.input, Input::Stored(of, false) if *of == write);
        }
    }

    fn judge_effect(&mut self, effect: &Effect, moment: &Moment, server: &Server) {
        match effect {
            Effect::Load(read) => {
                self.reading = Some(*read);
                let again = self.held.is_some() || matches!(moment.input, Input::Shown);
                self.reading_until = again.then_some(moment.now.mono + STORAGE_LIMIT);
            }
            Effect::Lock(lock, _) => {
                let free = self.lock.is_none();
                self.hold(free, "one_lock_at_a_time", || format!("{lock:?}"));
                self.reading = Some(*lock);
                self.reading_until = None;
                self.lock = Some(*lock);
            }
            Effect::Unlock(lock) => {
                let held = self.lock.take() == Some(*lock);
                self.hold(held, "only_what_is_held_is_let_go_of", || format!("{lock:?}"));
                self.reading.take_if(|reading| reading == lock);
            }
            Effect::Broadcast(message) => {
                self.hold(self.shares, "who_does_not_share_is_silent", || format!("{message:?}"));
            }
            Effect::Store(write, Some(record)) => {
                let expected = self.pending.as_ref().is_some_and(|(pending, ..)| pending == write);
                let expected = expected || self.is_mark(record);
                self.hold(expected, "nothing_is_written_but_new_tokens", || format!("{:?}", moment.input));
            }
            Effect::Store(_, None) => self.judge_removal(moment),
            Effect::Send(id, request) => {
                let form = Form::of(request);
                match request.url.as_str() {
                    crate::life::TOKEN_ENDPOINT => {
                        let sent = Unresolved { id: *id, asked: Asked::of(&form), sent: moment.now };
                        self.judge_request(&form, &sent, server);
                        // It was waited for long enough.
                        let lock = self.lock;
                        self.reading.take_if(|reading| Some(*reading) == lock);
                        self.unresolved = Some(sent);
                    }
                    url => {
                        self.hold(url == crate::life::REVOCATION, "requests_stay_at_home", || url.to_owned())
                    }
                }
            }
            Effect::Abort(id) => {
                let was = self.unresolved.take_if(|unresolved| unresolved.id == *id);
                self.hold(was.is_some(), "only_what_is_under_way_is_cut", || format!("{id:?}"));
            }
            Effect::Reply(id, result) => self.judge_reply(*id, result, moment, server),
            Effect::Emit(event) => {
                self.hold(!self.disposed, "a_disposed_client_is_silent", || format!("{event:?}"));
                if let Event::TokenRefresh(Refresh::Retrying { retry_in, .. }) = event {
                    self.retry_at = Some(moment.now.mono + retry_in.get() as i64);
                }
            }
        }
    }

    /// Whether a record is the one that is held, with a mark that a refresh is under way.
    fn is_mark(&self, record: &Members) -> bool {
        let same =
            self.held.as_ref().is_some_and(|held| Some(held.access.as_str()) == record.text("access_token"));
        same && record.number("refresh_sent_at").is_some()
    }

    fn judge_removal(&mut self, moment: &Moment) {
        if std::mem::take(&mut self.unwritten) {
            return;
        }
        let over = match moment.input {
            Input::Loaded(_, Loaded::Record(record)) => record.text("id").map(str::to_owned),
            _ => None,
        };
        // A record that could not be removed is, when it is read again; a sign-out is still due then.
        let remains = over.is_some_and(|id| self.over.contains(&id));
        let signs_out = remains
            || std::mem::take(&mut self.owes_sign_out) | std::mem::take(&mut self.may_sign_out)
            || self.waits(|ask| matches!(ask, Command::SignOut));
        let expired =
            self.held.as_ref().is_some_and(|held| held.refresh.is_none() && held.is_expired(moment.now));
        let reason = signs_out || expired || self.server_ended_it;
        self.hold(reason, "no_session_ends_by_itself", || format!("at {:?}", moment.input));
        self.over.extend(self.pending.take().map(|(_, held, _)| held.id));
        self.lose();
        for call in &mut self.waiting {
            call.carried_out |= matches!(call.ask, Command::SignOut);
        }
    }

    fn judge_state(&mut self, moment: &Moment) {
        let now = moment.now.mono;
        let overdue = self.waiting.iter().find(|waiting| waiting.deadline <= now).map(|waiting| waiting.id);
        self.hold(overdue.is_none(), "every_call_is_answered_in_time", || format!("{overdue:?}"));
        let future = moment.wakeup.is_none_or(|at| at > now);
        self.hold(future, "it_never_asks_for_the_past", || format!("{:?} at {now}", moment.wakeup));
        let idle = self.unresolved.is_none() && self.lock.is_none() && !self.offline && !self.leaving;
        if let Some(at) = self.retry_at.take().filter(|_| idle && self.held.is_some()) {
            let comes = moment.wakeup.is_some_and(|wakeup| wakeup <= at);
            self.hold(comes, "a_retry_comes_when_it_was_announced", || {
                format!("{:?}, not {at}", moment.wakeup)
            });
        }
        let owes = self.owes_sign_out && self.held.is_some();
        self.hold(!owes, "no_sign_out_is_forgotten", String::new);
        let sends = moment.effects.iter().any(|effect| matches!(effect, Effect::Send(..)));
        let behind = self.on_demand && self.waiting.is_empty() && sends && self.is_exchanging();
        self.hold(!behind, "on_demand_nothing_is_sent_behind_a_call", String::new);
        let idle = self.on_demand && self.waiting.is_empty();
        self.hold(!idle || moment.wakeup.is_none(), "on_demand_needs_no_timer", || {
            format!("{:?}", moment.wakeup)
        });
        let busy = self.reading.is_some() || self.unresolved.is_some() || self.pending.is_some();
        self.hold(self.lock.is_none() || busy, "a_lock_is_held_for_one_exchange", || {
            format!("{:?}", moment.input)
        });
        let held = self.held.as_ref().map(|held| held.guest);
        let seen = moment.after.as_ref().map(|view| view.subject() == Subject::Guest);
        self.hold(held == seen, "no_session_is_lost", || {
            format!("{held:?} is held, {seen:?} is seen, after {:?} from {:?}", moment.input, moment.before)
        });
    }
}
