//! The application's listeners.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::{host, outward};
use crate::core::event::Event;

/// The types of events.
pub const TYPES: [&str; 2] = ["sessionchange", "tokenrefresh"];

/// The application's listeners, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Listeners(Rc<Registry>);

#[derive(Debug, Default)]
struct Registry {
    last: Cell<u32>,
    listeners: RefCell<Vec<Listener>>,
}

#[derive(Clone, Debug)]
struct Listener {
    id: u32,
    kind: &'static str,
    function: Function,
}

impl Listeners {
    /// Adds a listener. What it returns takes the listener away again.
    pub fn add(&self, kind: &'static str, function: Function) -> impl Fn() + 'static {
        let id = self.0.last.get().wrapping_add(1);
        self.0.last.set(id);
        self.0.listeners.borrow_mut().push(Listener { id, kind, function });
        let registry = Rc::downgrade(&self.0);
        move || {
            if let Some(registry) = registry.upgrade() {
                registry.listeners.borrow_mut().retain(|listener| listener.id != id);
            }
        }
    }

    /// Takes all listeners away.
    pub fn clear(&self) {
        self.0.listeners.take();
    }

    /// Tells the listeners. One that throws keeps none of the others from hearing.
    pub fn emit(&self, event: &Event) {
        let (kind, event) = outward::event(event);
        let listeners: Vec<Listener> = self.0.listeners.borrow().clone();
        for listener in listeners.iter().filter(|listener| listener.kind == kind) {
            // One before it may have taken it away.
            if self.has(listener.id)
                && let Err(error) = listener.function.call1(&JsValue::UNDEFINED, &event)
            {
                host::report(&error);
            }
        }
    }

    fn has(&self, id: u32) -> bool {
        self.0.listeners.borrow().iter().any(|listener| listener.id == id)
    }
}
