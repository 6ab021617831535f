//! Waits for the host's promises. There is no executor, which would be a kilobyte more to download:
//! each wait is polled when it begins, and by its promise when that is settled.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

use super::driver::Driver;
use crate::core::ids::{ExchangeId, ReadId, WriteId};

/// What a driver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// The storage, to be read.
    Load(ReadId),
    /// A lock.
    Lock(ReadId),
    /// The storage, to be written to; and whether that keeps anything.
    Store {
        /// The write.
        write: WriteId,
        /// Whether there is a record to keep.
        keeps: bool,
    },
    /// An answer.
    Response(ExchangeId),
}

/// A promise, and who waits for it. The driver lives as long.
struct Wait {
    future: RefCell<JsFuture>,
    driver: Rc<Driver>,
    awaited: Awaited,
}

/// Tells the driver how the promise ends.
pub fn wait(driver: Rc<Driver>, promise: Promise, awaited: Awaited) {
    poll(&Rc::new(Wait { future: RefCell::new(promise.into()), driver, awaited }));
}

fn poll(wait: &Rc<Wait>) {
    let data = Rc::into_raw(Rc::clone(wait)).cast();
    // SAFETY: the table's functions take what `into_raw` has given, and keep its count. The waker stays
    // with the promise's callbacks, on their thread.
    let waker = unsafe { Waker::new(data, &TABLE) };
    let polled = Pin::new(&mut *wait.future.borrow_mut()).poll(&mut Context::from_waker(&waker));
    if let Poll::Ready(end) = polled {
        wait.driver.ended(wait.awaited, end);
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop);

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: it is a `Wait` that `into_raw` has given.
    unsafe { Rc::increment_strong_count(data.cast::<Wait>()) };
    RawWaker::new(data, &TABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: as above; this count is given back.
    poll(&unsafe { Rc::from_raw(data.cast()) });
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as above, with a count of its own.
    unsafe {
        Rc::increment_strong_count(data.cast::<Wait>());
        wake(data);
    }
}

unsafe fn drop(data: *const ()) {
    // SAFETY: as above; this count is given back.
    unsafe { Rc::decrement_strong_count(data.cast::<Wait>()) };
}
