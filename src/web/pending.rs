//! A call that waits for its answer.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::outward;
use crate::core::call::Reply;
use crate::core::error::Error;

type Answer = Result<Reply, Error>;

/// What a promise is fulfilled with.
type AsValue = fn(&Reply) -> JsValue;

/// Where the answer to one call is put, and how whoever waits for it is told.
#[derive(Clone, Debug, Default)]
pub struct Slot(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    answer: Option<Answer>,
    settle: Option<Settle>,
    abort: Option<AbortListener>,
}

#[derive(Debug)]
struct Settle {
    resolve: Function,
    reject: Function,
    as_value: AsValue,
}

impl Slot {
    /// Puts the answer in.
    pub fn fill(&self, answer: Answer) {
        let (settle, abort) = {
            let mut state = self.0.borrow_mut();
            state.answer = Some(answer.clone());
            (state.settle.take(), state.abort.take())
        };
        drop(abort);
        if let Some(Settle { resolve, reject, as_value }) = settle {
            let (settle, value) = match &answer {
                Ok(reply) => (resolve, as_value(reply)),
                Err(error) => (reject, outward::error(error)),
            };
            // Cannot throw: it settles a promise of ours.
            let _ = settle.call1(&JsValue::UNDEFINED, &value);
        }
    }

    /// Listens to the caller's signal until the answer is here.
    pub fn watch(&self, abort: impl FnOnce() -> AbortListener) {
        if self.0.borrow().answer.is_none() {
            let abort = abort();
            self.0.borrow_mut().abort = Some(abort);
        }
    }

    /// A promise of the answer, as the application gets it.
    pub fn promise(&self, as_value: AsValue) -> Promise {
        let answer = self.0.borrow().answer.clone();
        match answer {
            Some(Ok(reply)) => Promise::resolve(&as_value(&reply)),
            Some(Err(error)) => Promise::reject(&outward::error(&error)),
            None => Promise::new(&mut |resolve, reject| {
                self.0.borrow_mut().settle = Some(Settle { resolve, reject, as_value });
            }),
        }
    }
}

/// A listener of an `AbortSignal`, removed when it is dropped.
#[derive(Debug)]
pub struct AbortListener {
    signal: web_sys::AbortSignal,
    listener: Closure<dyn Fn()>,
}

impl AbortListener {
    /// Calls `aborted` when the signal is aborted.
    pub fn new(signal: &web_sys::AbortSignal, aborted: impl Fn() + 'static) -> AbortListener {
        let listener = Closure::<dyn Fn()>::new(aborted);
        // Cannot throw: the listener is a function.
        let _ = signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        AbortListener { signal: signal.clone(), listener }
    }
}

impl Drop for AbortListener {
    fn drop(&mut self) {
        // Cannot throw: the listener is a function.
        let _ =
            self.signal.remove_event_listener_with_callback("abort", self.listener.as_ref().unchecked_ref());
    }
}
