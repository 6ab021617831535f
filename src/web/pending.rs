//! A call that waits for its answer.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use web_sys::AbortSignal;

use super::host::{self, Listening};
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
    abort: Option<Listening>,
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
    pub fn watch(&self, signal: &AbortSignal, aborted: Box<dyn Fn()>) {
        if self.0.borrow().answer.is_none() {
            let abort = Listening::to_abort(signal, aborted);
            self.0.borrow_mut().abort = Some(abort);
        }
    }

    /// A promise of the answer, as the application gets it.
    pub fn promise(&self, as_value: AsValue) -> Promise {
        let answer = self.0.borrow().answer.clone();
        match answer {
            Some(Ok(reply)) => Promise::resolve(&as_value(&reply)),
            Some(Err(error)) => Promise::reject(&outward::error(&error)),
            None => {
                let deferred = host::deferred();
                let (resolve, reject) = (deferred.get(1).unchecked_into(), deferred.get(2).unchecked_into());
                self.0.borrow_mut().settle = Some(Settle { resolve, reject, as_value });
                deferred.get(0).unchecked_into()
            }
        }
    }
}
