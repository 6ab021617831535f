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
