//! The server refuses a refresh, and does not say plainly that it rejects the refresh token.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Reason, Refresh};
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;

use crate::calls::newer_token;
use crate::dialect::Dialect;
use crate::disk::Health;
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, plain_shop};
use crate::scenario::Scenario;
use crate::server::Conduct;

fn signed_in() -> Page {
    let mut page = Page::of(Scenario { dialect: Dialect::InvalidRequest, ..plain_shop() });
    page.sign_in().unwrap();
    page
}

fn refreshes(page: &Page) -> usize {
    page.grants().iter().filter(|kind| **kind == GrantKind::Refresh).count()
}

fn stalls(page: &Page) -> usize {
    page.refreshes().iter().filter(|refresh| matches!(refresh, Refresh::Stalled { .. })).count()
}

#[test]
fn an_invalid_request_said_twice_rejects_the_refresh_token_while_one_call_waits() {
    let mut page = signed_in();
    page.server.end_all();
    let error = page.get(newer_token()).unwrap_err();
    assert_eq!((error.code, error.status), (Code::LoginRequired, Some(400)));
    assert_eq!(error.oauth.as_ref().unwrap().error.as_deref(), Some("invalid_request"));
    assert_eq!(page.reasons(), [Reason::SignedIn, Reason::RefreshRejected]);
    assert_eq!(refreshes(&page), 2);
}

#[test]
fn an_invalid_request_said_once_ends_no_session() {
    let mut page = signed_in();
    let before = page.token();
    page.server.conduct = Conduct::Refuses(400, "invalid_request");
    let call = page.begin(newer_token());
    page.pass(SECOND);
    page.server.conduct = Conduct::Serves;
    page.pass(10 * SECOND);
    assert!(page.reply(call).unwrap().is_ok());
    assert_ne!(page.token(), before);
    assert_eq!(page.reasons(), [Reason::SignedIn]);
}

#[test]
fn without_a_call_the_refusal_is_confirmed_a_minute_later() {
    let mut page = signed_in();
    page.server.end_all();
    page.pass(HOUR - 30 * SECOND);
    assert!(page.view().is_some());
    assert_eq!(refreshes(&page), 1);
    page.pass(MINUTE);
    assert_eq!(page.reasons().last(), Some(&Reason::RefreshRejected));
}

/// The storage knows only of a refresh whose response was lost.
#[test]
fn two_refusals_reject_the_refresh_token_even_if_the_storage_takes_no_note_of_them() {
    let mut page = signed_in();
    page.server.conduct = Conduct::DropsAfter;
    page.get(newer_token()).unwrap_err();
    page.disk.health = Health::Full;
    page.server.conduct = Conduct::Serves;
    assert_eq!(page.get(newer_token()).unwrap_err().code, Code::LoginRequired);
    assert_eq!(refreshes(&page), 3);
}

/// The storage still has the first of three responses, and it has been full since.
#[test]
fn another_response_in_between_clears_the_refusal_even_if_the_storage_takes_no_note_of_it() {
    let mut page = signed_in();
    for conduct in [Conduct::Refuses(400, "invalid_request"), Conduct::Fails(503)].repeat(2) {
        page.server.conduct = conduct;
        let call = page.begin(newer_token());
        page.pass(SECOND);
        page.handle(Input::Cancel(call));
        page.disk.health = Health::Full;
        page.pass(2 * MINUTE);
    }
    assert_eq!(page.reasons(), [Reason::SignedIn]);
}

/// The storage has times from before the clock was set back, which therefore look newer.
#[test]
fn two_refusals_reject_the_refresh_token_even_if_the_clock_was_set_back_as_well() {
    let mut page = signed_in();
    page.server.conduct = Conduct::DropsAfter;
    page.get(newer_token()).unwrap_err();
    page.disk.health = Health::Full;
    page.clock.wall -= DAY;
    page.server.conduct = Conduct::Serves;
    assert_eq!(page.get(newer_token()).unwrap_err().code, Code::LoginRequired);
    assert_eq!(refreshes(&page), 3);
}

#[test]
fn another_response_in_between_clears_the_refusal() {
    let mut page = signed_in();
    for _ in 0..20 {
        for conduct in [Conduct::Refuses(400, "invalid_request"), Conduct::Fails(503)] {
            page.server.conduct = conduct;
            let call = page.begin(newer_token());
            page.pass(SECOND);
            page.handle(Input::Cancel(call));
            page.pass(20 * SECOND);
        }
    }
    assert_eq!(page.reasons(), [Reason::SignedIn]);
}

#[test]
fn refusals_without_end_are_reported_once_and_keep_the_session() {
    for conduct in [
        Conduct::Refuses(401, "invalid_client"),
        Conduct::Refuses(400, "unauthorized_client"),
        Conduct::Html(403),
        Conduct::Refuses(500, "server_error"),
    ] {
        let mut page = signed_in();
        let id = page.stored("id").unwrap().to_owned();
        page.server.conduct = conduct;
        page.pass(2 * HOUR);
        assert_eq!(page.token_error().code, Code::LoginRequired, "{conduct:?}");
        assert_eq!(stalls(&page), 1, "{conduct:?}");
        let before = refreshes(&page);
        page.pass(DAY);
        assert!(refreshes(&page) - before < 60, "{conduct:?}");
        assert_eq!((page.stored("id"), stalls(&page)), (Some(id.as_str()), 1));
        page.server.conduct = Conduct::Serves;
        page.pass(HOUR);
        page.token();
        assert_eq!(page.reasons(), [Reason::SignedIn], "{conduct:?}");
    }
}

#[test]
fn a_server_that_is_overloaded_or_not_reached_refuses_nothing() {
    for conduct in [
        Conduct::DropsBefore,
        Conduct::Fails(503),
        Conduct::Fails(408),
        Conduct::TooMany { retry_after: None },
        Conduct::Redirects,
        Conduct::Html(200),
    ] {
        let mut page = signed_in();
        page.server.conduct = conduct;
        page.pass(DAY);
        assert_ne!(page.token_error().code, Code::LoginRequired, "{conduct:?}");
        assert_eq!(stalls(&page), 0, "{conduct:?}");
    }
}

/// The page does not know how long ago the last refusal was, and asks the server.
#[test]
fn the_next_page_does_not_wait_for_a_server_that_has_recovered_if_the_clock_was_set_back() {
    let mut page = signed_in();
    page.server.conduct = Conduct::Refuses(401, "invalid_client");
    page.pass(DAY);
    page.clock.wall -= 2 * DAY;
    page.reload(true);
    page.server.conduct = Conduct::Serves;
    page.token();
}

#[test]
fn refusals_without_end_cause_no_flood_of_requests_if_the_clock_is_set_back() {
    let mut page = signed_in();
    page.server.conduct = Conduct::Refuses(401, "invalid_client");
    page.pass(DAY);
    page.clock.wall -= 2 * DAY;
    page.reload(true);
    let before = refreshes(&page);
    page.token_error();
    page.pass(6 * HOUR);
    assert_eq!(page.token_error().code, Code::LoginRequired);
    assert!(refreshes(&page) - before < 60, "{} refreshes", refreshes(&page) - before);
}

/// The storage still has the refusals from before the server was overloaded, since it failed meanwhile.
#[test]
fn a_page_that_is_shown_again_still_waits_as_long_as_the_server_said() {
    let mut page = Page::of(Scenario { storage: StorageKind::Custom { has_lock: true }, ..plain_shop() });
    page.sign_in().unwrap();
    page.server.conduct = Conduct::Refuses(401, "invalid_client");
    page.pass(2 * HOUR);
    page.disk.health = Health::Throws;
    page.server.conduct = Conduct::TooMany { retry_after: Some(3_000) };
    let sent = refreshes(&page);
    while refreshes(&page) == sent {
        page.pass(SECOND);
    }
    page.disk.health = Health::Works;
    page.handle(Input::Shown);
    page.pass(2_990 * SECOND);
    assert_eq!(refreshes(&page), sent + 1);
}
