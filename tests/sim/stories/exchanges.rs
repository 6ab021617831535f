//! Promise 3: one exchange at a time, and no response is thrown away.

use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Refresh;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;

use crate::calls::{newer_token, sign_in, token};
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, plain_shop, shop};
use crate::scenario::Scenario;
use crate::server::{Conduct, PASSWORD};
use crate::timers::Timers;

#[test]
fn ten_thousand_calls_send_one_request() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.trace = None;
    page.token();
    page.pass(2 * HOUR);
    let calls: Vec<_> = (0..10_000).map(|_| page.begin(token())).collect();
    page.pass(SECOND);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
    assert!(page.replies.iter().all(|(_, result)| result.is_ok()));
    assert_eq!(page.replies.len(), calls.len() + 1);
}

#[test]
fn a_late_response_is_stored_after_its_call_has_timed_out() {
    let mut page = Page::of(shop());
    page.latency = 40 * SECOND;
    let call = page.begin(token());
    page.pass(20 * SECOND);
    assert_eq!(page.code(call), Some(Code::Timeout));
    page.pass(20 * SECOND);
    assert!(page.stored("refresh_token").is_some());
    assert_eq!(page.requests.len(), 1);
}

#[test]
fn a_call_is_tried_although_the_host_reports_to_be_offline() {
    let mut page = Page::of(shop());
    page.handle(Input::Offline);
    page.token();
    assert_eq!(page.requests.len(), 1);
}

#[test]
fn a_background_refresh_waits_until_the_host_is_online() {
    let mut page = Page::of(shop());
    page.token();
    page.handle(Input::Offline);
    page.pass(2 * HOUR);
    assert_eq!(page.requests.len(), 1);
    page.handle(Input::Online);
    page.pass(SECOND);
    assert_eq!(page.requests.len(), 2);
}

#[test]
fn a_call_without_network_times_out_with_the_code_network() {
    let mut page = Page::of(shop());
    page.server.conduct = Conduct::Hangs { served: false };
    page.handle(Input::Offline);
    let call = page.begin(token());
    page.pass(14 * SECOND);
    assert!(page.reply(call).is_none());
    page.pass(2 * SECOND);
    assert_eq!(page.code(call), Some(Code::Network));
}

#[test]
fn a_cancelled_call_leaves_the_exchange_alone() {
    let mut page = Page::of(shop());
    let call = page.begin(token());
    page.handle(Input::Cancel(call));
    assert_eq!(page.code(call), Some(Code::Aborted));
    page.pass(SECOND);
    assert!(page.stored("refresh_token").is_some());
    assert_eq!(page.aborts, 0);
}

#[test]
fn a_disposed_client_still_stores_the_refreshed_tokens() {
    let mut page = Page::of(shop());
    page.token();
    page.begin(newer_token());
    page.handle(Input::Dispose);
    page.pass(SECOND);
    assert_eq!(page.stored("refresh_token"), Some("SECRET-refresh-1"));
    assert_eq!(page.token_error().code, Code::Disposed);
}

#[test]
fn an_exchange_that_hangs_is_aborted() {
    let mut page = Page::of(shop());
    page.server.conduct = Conduct::Hangs { served: false };
    page.begin(token());
    page.pass(119 * SECOND);
    assert_eq!(page.aborts, 0);
    page.server.conduct = Conduct::Serves;
    page.pass(2 * SECOND);
    assert_eq!(page.aborts, 1);
    page.token();
}

#[test]
fn an_exchange_that_nobody_waits_for_ends_at_its_limit() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.server.conduct = Conduct::Hangs { served: false };
    let call = page.begin(token());
    page.pass(119 * SECOND);
    assert_eq!((page.code(call), page.aborts), (Some(Code::Timeout), 0));
    page.pass(2 * SECOND);
    assert_eq!((page.aborts, page.is_exchanging()), (1, false));
}

#[test]
fn an_exchange_of_a_disposed_client_ends_at_its_limit() {
    let mut page = Page::of(shop());
    page.server.conduct = Conduct::Hangs { served: false };
    page.begin(token());
    page.handle(Input::Dispose);
    page.pass(121 * SECOND);
    assert_eq!((page.aborts, page.is_exchanging()), (1, false));
}

#[test]
fn an_exchange_that_hangs_is_aborted_without_timers_too() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.timers = Timers::Never;
    page.server.conduct = Conduct::Hangs { served: false };
    page.begin(token());
    page.pass(HOUR);
    page.server.conduct = Conduct::Serves;
    page.begin(token());
    page.pass(HOUR);
    page.timers = Timers::OnTime;
    assert_eq!(page.token_error().code, Code::Network);
    assert_eq!(page.aborts, 1);
    page.token();
}

#[test]
fn retry_after_is_honoured() {
    let mut page = Page::of(shop());
    page.token();
    page.server.conduct = Conduct::TooMany { retry_after: Some(600) };
    let error = page.get(newer_token()).unwrap_err();
    assert_eq!(error.code, Code::RateLimited);
    page.server.conduct = Conduct::Serves;
    for _ in 0..9 {
        page.pass(MINUTE);
        let error = page.get(newer_token()).unwrap_err();
        assert_eq!(error.code, Code::RateLimited);
        assert!(error.retry_after.is_some());
    }
    assert_eq!(page.requests.len(), 2);
    page.pass(MINUTE);
    page.get(newer_token()).unwrap();
}

#[test]
fn once_the_network_is_back_a_request_is_sent_at_once() {
    let mut page = Page::of(shop());
    page.server.conduct = Conduct::DropsBefore;
    // In the end the next attempt would come too late for a call: such a call fails at once.
    let mut call = page.begin(token());
    while page.code(call).is_none() {
        page.pass(15 * SECOND);
        call = page.begin(token());
    }
    page.server.conduct = Conduct::Serves;
    let sent = page.requests.len();
    assert_eq!(page.token_error().code, Code::Network);
    assert_eq!(page.requests.len(), sent);
    page.handle(Input::Online);
    page.begin(token());
    assert_eq!(page.requests.len(), sent + 1);
}

#[test]
fn the_waits_between_attempts_grow_from_seconds_to_at_most_a_minute() {
    let mut page = Page::of(shop());
    page.token();
    page.server.conduct = Conduct::Fails(503);
    page.pass(DAY);
    let refreshes = page.refreshes();
    let waits: Vec<u64> = refreshes
        .iter()
        .map(|refresh| match refresh {
            Refresh::Retrying { retry_in, .. } => retry_in.get(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(waits[0] <= 5_000 && waits.iter().all(|wait| *wait <= 60_000));
    assert!(waits.iter().rev().take(100).all(|wait| *wait >= 30_000));
}

#[test]
fn a_retry_comes_when_announced() {
    let mut page = Page::of(shop());
    page.token();
    page.server.conduct = Conduct::DropsBefore;
    while page.refreshes().is_empty() {
        page.pass(10);
    }
    let Some(Refresh::Retrying { retry_in, .. }) = page.refreshes().last().cloned() else { panic!() };
    let sent = page.requests.len();
    page.pass(retry_in.get() as i64 + 10);
    assert_eq!(page.requests.len(), sent + 1);
}

#[test]
fn no_retry_is_announced_while_nothing_is_sent_in_the_background() {
    for input in [Input::Offline, Input::Hidden] {
        let mut page = Page::of(shop());
        page.token();
        page.server.conduct = Conduct::Hangs { served: false };
        page.pass(HOUR - 30 * SECOND);
        assert!(page.is_exchanging());
        page.handle(input);
        page.pass(5 * MINUTE);
        assert!(matches!(page.refreshes()[..], [Refresh::Failed { .. }]), "{:?}", page.refreshes());
    }
}

#[test]
fn a_sign_in_waits_for_the_exchange_under_way() {
    let mut page = Page::of(shop());
    page.begin(token());
    page.begin(sign_in(PASSWORD));
    page.pass(SECOND);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::SignIn]);
}

#[test]
fn calls_that_waited_get_the_error_and_later_calls_the_valid_token() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.server.conduct = Conduct::Fails(503);
    assert_eq!(page.get(newer_token()).unwrap_err().code, Code::ServerUnavailable);
    page.token();
}
