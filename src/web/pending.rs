//! A call that waits for its answer.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::outward;
use crate::core::call::Reply;
use crate::core::error::Error;

type Answer = Result<Reply, Error>;

/// Where the answer to one call is put, and how whoever waits for it is told.
#[derive(Clone, Debug, Default)]
pub struct Slot(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    answer: Option<Answer>,
    resolve: Option<Function>,
    abort: Option<AbortListener>,
}

impl Slot {
    /// Puts the answer in.
    pub fn fill(&self, answer: Answer) {
        let (resolve, abort) = {
            let mut state = self.0.borrow_mut();
            state.answer = Some(answer);
            (state.resolve.take(), state.abort.take())
        };
        drop(abort);
        if let Some(resolve) = resolve {
            // Cannot throw: it resolves a promise of ours with nothing.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    /// Whether there is an answer.
    pub fn is_filled(&self) -> bool {
        self.0.borrow().answer.is_some()
    }

    /// Listens to the caller's signal until the answer is here.
    pub fn watch(&self, abort: AbortListener) {
        self.0.borrow_mut().abort = Some(abort);
    }

    /// Waits for the answer. What is shared between the callers is a promise of the host's, whose
    /// reactions run where they were made.
    pub async fn wait(self) -> Answer {
        if !self.is_filled() {
            let promise = Promise::new(&mut |resolve, _| self.0.borrow_mut().resolve = Some(resolve));
            // Cannot be rejected: `fill` resolves it.
            let _ = JsFuture::from(promise).await;
        }
        let answer = self.0.borrow_mut().answer.take();
        answer.unwrap_or(Err(Error::new(crate::core::error::Code::Disposed)))
    }

    /// A promise of the answer, as the application gets it.
    pub fn promise(self) -> Promise {
        let answer = self.0.borrow_mut().answer.take();
        match answer {
            Some(Ok(reply)) => Promise::resolve(&outward::reply(&reply)),
            Some(Err(error)) => Promise::reject(&outward::error(&error)),
            None => future_to_promise(async move {
                self.wait().await.map(|reply| outward::reply(&reply)).map_err(|error| outward::error(&error))
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
