//! Waits for promises of the host. An executor would add a kilobyte to the download. Here each task
//! is polled when it begins, and once more by its promise when that is settled.
//!
//! The waker is made by hand, over an `Rc`. Its invariants:
//!
//! * The waker's pointer comes from [`Rc::into_raw`] of a `Rc<Task<T>>`, with the `T` of its table.
//! * Each waker owns one count of that `Rc`. `clone` adds a count; `wake` and `drop` give one back.
//! * A waker is `Send` by type. It stays on its thread, because only the callbacks of a promise keep it.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::core::ids::{ExchangeId, ReadId, WriteId};

/// An operation of the host that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reading the storage.
    Load(ReadId),
    /// Acquiring a lock.
    Lock(ReadId),
    /// Writing to the storage.
    Store {
        /// The write.
        write: WriteId,
        /// Whether it stores a record instead of removing one.
        has_record: bool,
    },
    /// An exchange with the server.
    Exchange(ExchangeId),
}

/// Receives how an operation ended.
pub trait OnSettled {
    /// The operation's promise is settled.
    fn settled(&self, operation: Operation, result: Result<JsValue, JsValue>);
}

/// A promise, and its owner, which lives as long.
struct Task<T> {
    future: RefCell<JsFuture>,
    owner: Rc<T>,
    operation: Operation,
}

/// Reports to the owner when the promise is settled.
pub fn spawn<T: OnSettled + 'static>(owner: Rc<T>, promise: Promise, operation: Operation) {
    poll(&Rc::new(Task { future: RefCell::new(promise.into()), owner, operation }));
}

fn poll<T: OnSettled + 'static>(task: &Rc<Task<T>>) {
    let data = Rc::into_raw(Rc::clone(task)).cast();
    // SAFETY: the table's functions keep the invariants above.
    let waker = unsafe { Waker::new(data, &Task::<T>::TABLE) };
    let polled = Pin::new(&mut *task.future.borrow_mut()).poll(&mut Context::from_waker(&waker));
    if let Poll::Ready(result) = polled {
        task.owner.settled(task.operation, result);
    }
}

impl<T: OnSettled + 'static> Task<T> {
    const TABLE: RawWakerVTable = RawWakerVTable::new(Self::clone, Self::wake, Self::wake_by_ref, Self::drop);

    unsafe fn clone(data: *const ()) -> RawWaker {
        // SAFETY: `data` comes from `into_raw`, and the new waker owns the count that is added.
        unsafe { Rc::increment_strong_count(data.cast::<Self>()) };
        RawWaker::new(data, &Self::TABLE)
    }

    unsafe fn wake(data: *const ()) {
        // SAFETY: `data` comes from `into_raw`, and its count moves into this `Rc`.
        poll(&unsafe { Rc::from_raw(data.cast::<Self>()) });
    }

    unsafe fn wake_by_ref(data: *const ()) {
        // SAFETY: `wake` takes the count that is added.
        unsafe {
            Rc::increment_strong_count(data.cast::<Self>());
            Self::wake(data);
        }
    }

    unsafe fn drop(data: *const ()) {
        // SAFETY: `data` comes from `into_raw`, and the waker's count is given back.
        unsafe { Rc::decrement_strong_count(data.cast::<Self>()) };
    }
}
