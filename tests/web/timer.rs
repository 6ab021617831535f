//! The timer.

use std::cell::RefCell;
use std::rc::Rc;

use storefront_token_client::core::time::{Millis, Timestamp};
use storefront_token_client::web::clock;
use storefront_token_client::web::timer::{Timer, delay};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Spy, announcement, ok};

const DAY: Millis = Millis::from_secs(24 * 60 * 60);

fn ahead(span: Millis) -> Timestamp {
    clock::now().mono.after(span)
}

fn wake(open: js_sys::Function) -> impl FnOnce() {
    move || {
        let _ = open.call0(&wasm_bindgen::JsValue::UNDEFINED);
    }
}

#[wasm_bindgen_test]
fn thirty_days_become_the_longest_delay_of_a_timer() {
    assert_eq!(delay(ahead(Millis::from_secs(30 * DAY.get() / 1000))), i32::MAX.unsigned_abs());
}

#[wasm_bindgen_test]
fn the_largest_timestamp_does_not_fire_at_once() {
    assert_eq!(delay(ahead(Millis::MAX)), i32::MAX.unsigned_abs());
}

#[wasm_bindgen_test]
fn a_time_that_has_passed_has_no_delay() {
    assert_eq!(delay(clock::now().mono.before(DAY)), 0);
}

#[wasm_bindgen_test]
fn a_delay_is_in_milliseconds() {
    let delay = delay(ahead(DAY));
    assert!((86_399_000..=86_400_000).contains(&delay), "{delay}");
}

#[wasm_bindgen_test]
fn setting_the_timer_to_the_same_time_keeps_it() {
    let (set, cleared) = (Spy::on_global("setTimeout"), Spy::on_global("clearTimeout"));
    let (timer, at) = (Timer::default(), ahead(DAY));
    timer.set(Some(at), || {});
    timer.set(Some(at), || {});
    assert_eq!((set.calls(), cleared.calls()), (1.0, 0.0));
}

#[wasm_bindgen_test]
fn setting_the_timer_to_another_time_stops_the_one_before() {
    let (set, cleared) = (Spy::on_global("setTimeout"), Spy::on_global("clearTimeout"));
    let timer = Timer::default();
    timer.set(Some(ahead(DAY)), || {});
    timer.set(Some(ahead(Millis::from_secs(5))), || {});
    assert_eq!((set.calls(), cleared.calls()), (2.0, 1.0));
}

#[wasm_bindgen_test]
async fn a_timer_that_is_stopped_or_dropped_does_not_fire() {
    let fired = Rc::new(RefCell::new(Vec::new()));
    let note = |name: &'static str| {
        let fired = Rc::clone(&fired);
        move || fired.borrow_mut().push(name)
    };
    let (stopped, dropped, last) = (Timer::default(), Timer::default(), Timer::default());
    let (done, open) = announcement();
    stopped.set(Some(ahead(Millis::ZERO)), note("stopped"));
    dropped.set(Some(ahead(Millis::ZERO)), note("dropped"));
    // Set after the other two, which would have fired before it.
    last.set(Some(ahead(Millis::new(20))), wake(open));
    stopped.set(None, || {});
    drop(dropped);
    ok(done).await;
    assert!(fired.borrow().is_empty(), "{fired:?}");
}

#[wasm_bindgen_test]
async fn a_timer_can_be_set_again_while_it_fires() {
    let timer = Rc::new(Timer::default());
    let (done, open) = announcement();
    let again = Rc::clone(&timer);
    timer.set(Some(ahead(Millis::ZERO)), move || {
        again.stop();
        again.set(Some(ahead(Millis::ZERO)), wake(open));
    });
    ok(done).await;
    timer.stop();
}

#[wasm_bindgen_test]
async fn a_timer_that_fired_can_be_set_to_the_same_time_again() {
    let (timer, at) = (Rc::new(Timer::default()), ahead(Millis::ZERO));
    for _ in 0..2 {
        let (done, open) = announcement();
        let fired = Rc::clone(&timer);
        timer.set(Some(at), move || {
            fired.stop();
            wake(open)();
        });
        ok(done).await;
    }
}
