//! The page's signals that time may have passed unseen, or that the network is back.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use super::host;

/// Listens to the page, until it is dropped.
#[derive(Debug)]
pub struct Signals(Vec<Listener>);

#[derive(Debug)]
struct Listener {
    target: EventTarget,
    name: &'static str,
    listener: Closure<dyn Fn()>,
}

impl Signals {
    /// Calls `wake` when the page is shown, resumed or comes out of the back/forward cache, and
    /// `online` when the network is back. Elsewhere than in a page there is nothing to hear.
    pub fn new(wake: impl Fn() + Clone + 'static, online: impl Fn() + 'static) -> Signals {
        let mut signals = Signals(Vec::new());
        if host::is_page() {
            let window: EventTarget = js_sys::global().unchecked_into();
            let document: EventTarget = host::global("document").unchecked_into();
            signals.listen(&document, "visibilitychange", wake.clone());
            signals.listen(&document, "resume", wake.clone());
            signals.listen(&window, "pageshow", wake);
            signals.listen(&window, "online", online);
        }
        signals
    }

    fn listen(&mut self, target: &EventTarget, name: &'static str, heard: impl Fn() + 'static) {
        let listener = Closure::<dyn Fn()>::new(heard);
        // Cannot throw: the listener is a function.
        let _ = target.add_event_listener_with_callback(name, function(&listener));
        self.0.push(Listener { target: target.clone(), name, listener });
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Cannot throw: the listener is a function.
        let _ = self.target.remove_event_listener_with_callback(self.name, function(&self.listener));
    }
}

fn function(closure: &Closure<dyn Fn()>) -> &Function {
    closure.as_ref().unchecked_ref()
}
