//! A day of a page: nothing is lost, and memory does not grow.

use storefront_token_client::core::session::Session;

use crate::page::{DAY, Page, SECOND, shop};
use crate::server::ExpiresIn;

/// The size of what the core keeps, without its recording, in letters.
fn size_of_debug_text(session: &Session) -> usize {
    format!("{session:?}").len()
}

#[test]
fn a_day_with_lifetimes_of_30_s_keeps_one_guest_and_a_bounded_memory() {
    let mut page = Page::of(shop());
    page.trace = None;
    page.server.expires_in = ExpiresIn::secs(30);
    let mut largest = 0;
    for _ in 0..DAY / (5 * SECOND) {
        page.token();
        page.pass(5 * SECOND - 400);
        largest = largest.max(size_of_debug_text(&page.session));
        page.replies.clear();
    }
    let lifetimes = DAY / (24 * SECOND);
    assert!(page.requests.len() as i64 <= lifetimes + lifetimes / 20, "{} requests", page.requests.len());
    assert_eq!(page.server.guests(), 1);
    assert!(largest < 4_500, "the session has grown to {largest} letters");
}

#[test]
fn a_day_without_a_call_keeps_the_session() {
    let mut page = Page::of(shop());
    page.token();
    page.pass(DAY);
    assert_eq!(page.server.guests(), 1);
    assert!(page.requests.len() <= 26, "{} requests", page.requests.len());
}
