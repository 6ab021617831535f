//! The timer for the core's next wake-up.

use wasm_bindgen::prelude::*;

use super::Driver;
use crate::core::io::Input;
use crate::core::time::Timestamp;
use crate::web::host;

impl Driver {
    /// Sets the timer. While calls are pending, it runs in the current zone of zone.js; else it runs outside of the
    /// zones, so that Angular does not wait for it.
    pub(super) fn schedule_wakeup(&self) {
        let at = self.session().borrow().next_wakeup();
        let has_pending_calls = self.has_pending_calls();
        if self.had_pending_calls.replace(has_pending_calls) != has_pending_calls {
            self.timer.stop();
        }
        if has_pending_calls {
            self.set_timer(at);
        } else if !self.timer.is_set_to(at) {
            let this = self.this.clone();
            let set = Closure::<dyn Fn(JsValue)>::new(move |_| {
                if let Some(driver) = this.upgrade() {
                    driver.set_timer(at);
                }
            });
            host::outside_zones(set.as_ref());
        }
    }

    fn set_timer(&self, at: Option<Timestamp>) {
        let this = self.this.clone();
        self.timer.set(at, move || {
            if let Some(driver) = this.upgrade() {
                driver.timer.stop();
                driver.handle(Input::Wake);
            }
        });
    }
}
