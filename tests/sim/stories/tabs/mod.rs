//! Stories of several tabs: one session, however people use a browser.

mod adoption;
mod back_forward;
mod cleared;
mod missing_features;
mod one_session;
mod prerendering;
mod presence;
mod reload;
mod sign_out;
mod sleep;
mod two_guests;
mod users;
mod without_locks;

use crate::browser::Browser;
use crate::calls::{newer_token, token};
use crate::page::{HOUR, MINUTE};

/// Only the first of two tabs has the newest tokens, and it is stopped. The second tab comes back with older ones, and the
/// server rejects them.
fn a_late_tab_loses_the_session(browser: &mut Browser) {
    browser.discard(1);
    browser.get(0, newer_token()).unwrap();
    browser.stop(0);
    browser.pass(HOUR);
    browser.thaw(1, false);
    browser.begin(1, token());
    browser.pass(MINUTE);
    browser.token(1);
}
