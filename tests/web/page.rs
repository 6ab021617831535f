//! Changes to the page: its objects, its clocks, its events.

use std::cell::Cell;

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use crate::support::{
    NONE, call, construct, global, make_patch, make_spy, number, restore_all, set, source, with,
};

thread_local! {
    /// A panic drops nothing in WebAssembly: the next test must not inherit a changed clock.
    static PANICS_RESTORE: () = {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore_all();
            report(panic);
        }));
    };
}

pub fn page_storage(name: &str) -> web_sys::Storage {
    global(name).unchecked_into()
}

/// A change to an object of the page, undone when this is dropped.
#[derive(Debug)]
pub struct Patch(Function);

impl Patch {
    /// Replaces the value of a property.
    pub fn value(target: &JsValue, name: &str, value: impl Into<JsValue>) -> Patch {
        let descriptor = with("value", value);
        set(&descriptor, "writable", true);
        Patch::new(make_patch(target, name, &descriptor))
    }

    /// Replaces the getter of a property.
    pub fn getter(target: &JsValue, name: &str, get: &Function) -> Patch {
        Patch::new(make_patch(target, name, &with("get", get)))
    }

    fn new(restore: Function) -> Patch {
        PANICS_RESTORE.with(|()| {});
        Patch(restore)
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        let _ = self.0.call0(&NONE);
    }
}

/// Counts the calls of a method.
#[derive(Debug)]
pub struct Spy {
    counter: JsValue,
    _patch: Patch,
}

impl Spy {
    pub fn on(target: &JsValue, name: &str) -> Spy {
        let counter = Object::new().into();
        let patch = Patch::new(make_spy(target, name, &counter));
        Spy { counter, _patch: patch }
    }

    pub fn on_global(name: &str) -> Spy {
        Spy::on(&js_sys::global(), name)
    }

    pub fn calls(&self) -> f64 {
        number(&self.counter, "calls")
    }
}

/// Both clocks of the page, stopped. The test moves them.
#[derive(Debug)]
pub struct Clock {
    ahead: std::rc::Rc<Cell<f64>>,
    _patches: [Patch; 2],
}

impl Clock {
    /// Stops the clocks at a whole second.
    pub fn stop() -> Clock {
        let ahead = std::rc::Rc::new(Cell::new(0.0));
        let (performance, date) = (global("performance"), global("Date"));
        let reading = |start: f64| {
            let ahead = std::rc::Rc::clone(&ahead);
            source(move || JsValue::from(start + ahead.get()))
        };
        let mono = call(&performance, "now", &[]).expect("a reading").as_f64().expect("a number");
        let wall = (js_sys::Date::now() / 1000.0).floor() * 1000.0;
        let patches =
            [Patch::value(&performance, "now", reading(mono)), Patch::value(&date, "now", reading(wall))];
        Clock { ahead, _patches: patches }
    }

    pub fn go_on(&self, seconds: f64) {
        self.ahead.set(self.ahead.get() + seconds * 1000.0);
    }
}

/// Dispatches `pageshow`, so that clients check the time.
pub fn show_page() {
    dispatch(&js_sys::global(), "pageshow");
}

pub fn dispatch(target: &JsValue, kind: &str) {
    call(target, "dispatchEvent", &[construct("Event", &[kind.into()])]).expect("an event target");
}
