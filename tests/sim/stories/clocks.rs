//! Promise 6: no clock is trusted.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::time::Millis;

use crate::calls::{newer_token, token, token_in};
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, plain_shop, shop};
use crate::scenario::Scenario;
use crate::server::{Conduct, ExpiresIn, Rotation};
use crate::timers::Timers;

#[test]
fn a_lifetime_of_zero_makes_no_flood_of_requests() {
    let mut page = Page::of(shop());
    page.server.expires_in = ExpiresIn::secs(0);
    for _ in 0..1_000 {
        page.begin(token());
        page.pass(SECOND / 50);
    }
    assert!(page.requests.len() <= 21, "{} requests in 20 s", page.requests.len());
    let sent = page.requests.len();
    page.pass(HOUR);
    assert!(page.requests.len() <= sent + 1, "no call waits for these");
}

#[test]
fn a_lifetime_of_one_second_is_not_refreshed_in_the_background() {
    let mut page = Page::of(shop());
    page.server.expires_in = ExpiresIn::secs(1);
    page.token();
    page.pass(DAY);
    assert_eq!(page.requests.len(), 1);
}

#[test]
fn a_lifetime_of_30_days_is_refreshed_a_minute_before_its_end() {
    let mut page = Page::of(shop());
    page.server.expires_in = ExpiresIn::secs(30 * 86_400);
    page.token();
    page.pass(30 * DAY - 2 * MINUTE);
    assert_eq!(page.requests.len(), 1);
    page.pass(2 * MINUTE);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn endless_and_unknown_lifetimes_are_never_refreshed_in_the_background() {
    let lifetimes = [
        ExpiresIn::Secs(9_007_199_254_740_993.0),
        ExpiresIn::Secs(1e300),
        ExpiresIn::Text("9223372036854775807"),
        ExpiresIn::Null,
        ExpiresIn::Missing,
    ];
    for lifetime in lifetimes {
        let mut page = Page::of(shop());
        page.server.expires_in = lifetime;
        page.token();
        page.pass(300 * DAY);
        page.token();
        assert_eq!(page.requests.len(), 1, "{lifetime:?}");
    }
}

#[test]
fn a_refreshed_token_of_an_unknown_lifetime_is_not_refreshed_in_the_background() {
    let mut page = Page::of(shop());
    page.server.expires_in = ExpiresIn::Missing;
    page.token();
    page.get(newer_token()).unwrap();
    page.pass(DAY);
    assert_eq!(page.requests.len(), 2);
}

#[test]
fn a_token_that_expires_too_soon_for_a_call_is_refreshed() {
    let mut page = Page::of(shop());
    let old = page.token();
    let lasting = |secs| Command::Token { min_validity: Millis::from_secs(secs), force_refresh: false };
    page.pass(HOUR / 4);
    assert_eq!(token_in(page.get(lasting(1_800)).unwrap()).0, old);
    page.pass(HOUR / 2);
    let (new, _) = token_in(page.get(lasting(1_800)).unwrap());
    assert_ne!(new, old);
    // A wish for more than half of the lifetime counts as a wish for half.
    assert_eq!(token_in(page.get(lasting(1_000_000)).unwrap()).0, new);
}

#[test]
fn after_sleep_no_expired_token_is_given() {
    let mut page = Page::of(shop());
    let old = page.token();
    page.sleep(8 * HOUR);
    assert_ne!(page.token(), old);
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn a_refresh_that_fails_after_sleep_is_soon_repeated() {
    let mut page = Page::of(shop());
    page.token();
    page.server.conduct = Conduct::DropsBefore;
    page.sleep(8 * HOUR);
    page.handle(storefront_token_client::core::io::Input::Wake);
    page.pass(SECOND);
    page.server.conduct = Conduct::Serves;
    page.pass(10 * SECOND);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh, GrantKind::Refresh]);
}

#[test]
fn a_response_that_arrives_during_sleep_is_used() {
    let mut page = Page::of(shop());
    page.token();
    page.begin(newer_token());
    page.pass(60);
    // Here the monotonic clock goes on during sleep: the timer fires before the socket is read.
    page.clock.pass(3 * HOUR);
    page.handle(storefront_token_client::core::io::Input::Wake);
    page.pass(SECOND);
    assert_eq!(page.aborts, 0);
    page.token();
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn a_clock_set_back_does_not_extend_a_token() {
    let mut page = Page::of(shop());
    let old = page.token();
    page.clock.wall -= DAY;
    page.timers = Timers::Never;
    page.pass(HOUR);
    assert_ne!(page.token(), old);
}

#[test]
fn a_clock_set_back_between_two_pages_makes_a_token_expired() {
    let mut page = Page::of(shop());
    let old = page.token();
    page.clock.wall -= DAY;
    page.reload(true);
    assert_ne!(page.token(), old);
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn a_clock_set_forward_costs_one_refresh() {
    let mut page = Page::of(shop());
    page.token();
    page.clock.wall += 365 * DAY;
    for _ in 0..50 {
        page.token();
    }
    page.clock.wall -= 365 * DAY;
    for _ in 0..50 {
        page.token();
    }
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn a_throttled_tab_never_gives_an_expired_token() {
    let mut page = Page::of(shop());
    page.server.expires_in = ExpiresIn::secs(30);
    page.timers = Timers::Late(MINUTE);
    for _ in 0..200 {
        page.token();
        page.pass(7 * SECOND);
    }
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn without_timers_a_token_is_refreshed_when_a_call_wants_it() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    let old = page.token();
    page.pass(5 * HOUR);
    assert_eq!(page.requests.len(), 1);
    assert_ne!(page.token(), old);
}

#[test]
fn on_demand_a_call_waits_for_the_refresh_of_a_token_that_is_due() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    let old = page.token();
    page.pass(HOUR - 20 * SECOND);
    let calls = [page.begin(token()), page.begin(token())];
    page.pass(SECOND);
    for call in calls {
        assert_ne!(token_in(page.reply(call).unwrap().unwrap()).0, old);
    }
}

#[test]
fn on_demand_a_token_that_is_due_is_given_if_its_refresh_hangs() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    let old = page.token();
    page.pass(HOUR - 40 * SECOND);
    page.server.conduct = Conduct::Hangs { served: false };
    assert_eq!(page.token(), old);
}

#[test]
fn a_lifetime_counts_from_the_request() {
    let mut page = Page::of(Scenario { rotation: Rotation::Keeps, on_demand: true, ..plain_shop() });
    page.server.expires_in = ExpiresIn::secs(30);
    page.latency = 8 * SECOND;
    page.sign_in().unwrap();
    page.latency = 100;
    let sent = page.requests.len();
    page.pass(18 * SECOND);
    page.token();
    assert_eq!(page.requests.len(), sent + 1);
}

#[test]
fn a_clock_set_back_ends_no_session_that_has_no_refresh_token() {
    let mut page = Page::of(Scenario { rotation: Rotation::Never, ..plain_shop() });
    page.sign_in().unwrap();
    let token = page.token();
    page.clock.wall -= MINUTE;
    page.reload(true);
    assert_eq!(page.token(), token);
}
