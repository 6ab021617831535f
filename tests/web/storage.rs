//! Storages: the page's own, the application's, and those that fail.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Client, Clock, Gate, NONE, Patch, Server, Spy, TestStorage, client, client_storing, code, empty,
    events_of, fill, fresh_key, fresh_token, get, global, is_pending, js, make, members_of, ok, options,
    page_storage, rejecter, set, sign_in, signed_in, source, text, thrower, token, try_make, turns,
};

/// Options of a client that uses a storage of the page.
fn in_page(storage: &str, key: &str) -> String {
    format!(r#"{{"storage":"{storage}","storageKey":"{key}"}}"#)
}

#[wasm_bindgen_test]
async fn the_next_page_continues_the_session() {
    for storage in ["session", "local"] {
        let (server, key) = (Server::new(), fresh_key());
        let before = signed_in(&server, &in_page(storage, &key)).await;
        before.dispose();
        let after = client(&server, &in_page(storage, &key));
        assert_eq!(text(&after.session(), "id"), text(&before.session(), "id"), "{storage}");
        assert_eq!(ok(token(&after)).await, "access-1", "{storage}");
        assert_eq!(server.grants(), 1, "{storage}");
        ok(after.sign_out(&NONE)).await;
        assert_eq!(page_storage(&format!("{storage}Storage")).get_item(&key), Ok(None));
    }
}

#[wasm_bindgen_test]
async fn a_session_in_memory_ends_with_its_client() {
    let server = Server::new();
    signed_in(&server, r#"{"storageKey":"the same"}"#).await;
    let other = client(&server, r#"{"storageKey":"the same"}"#);
    assert!(ok(other.get_session(&NONE)).await.is_null());
}

#[wasm_bindgen_test]
async fn a_page_stores_its_session_in_session_storage_by_default() {
    let (server, key) = (Server::new(), fresh_key());
    let options = options(&server, &format!(r#"{{"storage":null,"storageKey":"{key}"}}"#));
    ok(sign_in(&make(&options))).await;
    assert!(matches!(page_storage("sessionStorage").get_item(&key), Ok(Some(_))));
    assert_eq!(page_storage("localStorage").get_item(&key), Ok(None));
}

/// Signs in, refreshes and signs out.
async fn sign_in_refresh_and_sign_out(client: &Client, what: &str) {
    ok(sign_in(client)).await;
    assert_eq!(ok(token(client)).await, "access-1", "{what}");
    assert_eq!(ok(fresh_token(client)).await, "access-2", "{what}");
    ok(client.sign_out(&NONE)).await;
    assert!(client.session().is_null(), "{what}");
}

#[wasm_bindgen_test]
async fn a_page_whose_storage_is_blocked_works_in_memory() {
    for (property, option) in [("sessionStorage", "session"), ("localStorage", "local")] {
        let blocked = Patch::getter(&js_sys::global(), property, &thrower("The operation is insecure."));
        let client = client(&Server::new(), &in_page(option, &fresh_key()));
        sign_in_refresh_and_sign_out(&client, option).await;
        drop(blocked);
        assert!(global(property).is_object());
    }
}

#[wasm_bindgen_test]
async fn a_page_without_storage_works_in_memory() {
    for (property, option) in [("sessionStorage", "session"), ("localStorage", "local")] {
        for nothing in [JsValue::NULL, JsValue::UNDEFINED] {
            let _absent = Patch::getter(&js_sys::global(), property, &source(move || nothing.clone()));
            sign_in_refresh_and_sign_out(&client(&Server::new(), &in_page(option, &fresh_key())), option)
                .await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_page_whose_storage_always_throws_works() {
    let prototype = get(&global("Storage"), "prototype");
    let _broken = ["getItem", "setItem", "removeItem"]
        .map(|method| Patch::value(&prototype, method, thrower("SecurityError")));
    let (server, key) = (Server::new(), fresh_key());
    let client = client(&server, &in_page("session", &key));
    assert!(ok(client.get_session(&NONE)).await.is_null());
    ok(sign_in(&client)).await;
    assert_eq!(ok(fresh_token(&client)).await, "access-2");
}

#[wasm_bindgen_test]
async fn a_full_storage_loses_the_record_and_not_the_session() {
    let (server, key) = (Server::new(), fresh_key());
    let client = signed_in(&server, &in_page("session", &key)).await;
    let storage = page_storage("sessionStorage");
    assert!(storage.get_item(&key).is_ok_and(|record| record.is_some()));
    server.will_grant(&format!(r#"{{"access_token":"{}"}}"#, "long".repeat(1_000)));
    fill(&storage);
    let token = ok(fresh_token(&client)).await;
    let left = storage.get_item(&key);
    empty(&storage);
    assert_eq!(token.as_string().map(|token| token.len()), Some(4_000));
    assert_eq!(left, Ok(None), "the tokens that the server has killed are left");
}

#[wasm_bindgen_test]
async fn the_end_of_a_session_removes_its_own_record_only() {
    for storage in ["session", "local"] {
        for is_replaced in [false, true] {
            let (server, clock, key) = (Server::new(), Clock::stop(), fresh_key());
            server.will_grant(r#"{"refresh_token":null}"#);
            let client = signed_in(&server, &in_page(storage, &key)).await;
            let page = page_storage(&format!("{storage}Storage"));
            let record = page.get_item(&key).unwrap().unwrap();
            let other = record.replace(&text(&client.session(), "id"), "0123456789abcdef");
            if is_replaced {
                page.set_item(&key, &other).unwrap();
            }
            clock.go_on(7200.0);
            assert_eq!(code(token(&client)).await, "login_required");
            assert_eq!(page.get_item(&key), Ok(is_replaced.then_some(other)), "{storage}");
        }
    }
}

#[wasm_bindgen_test]
async fn an_unusable_record_counts_as_none_and_a_foreign_one_is_set_aside() {
    let (server, key) = (Server::new(), fresh_key());
    signed_in(&server, &in_page("session", &key)).await;
    let storage = page_storage("sessionStorage");
    let ours = storage.get_item(&key).ok().flatten().expect("a record");
    for (what, is_foreign, record) in [
        ("garbage", false, "garbage".to_owned()),
        ("empty", false, String::new()),
        ("an array", false, "[1]".to_owned()),
        ("cut", false, ours.split_at(ours.len() / 2).0.to_owned()),
        ("of another version", true, ours.replace(r#""version":1"#, r#""version":2"#)),
        ("of another server", true, ours.replace("shop.example", "other.example")),
        ("of another client", true, ours.replace(r#""client_id":"shop""#, r#""client_id":"other""#)),
        ("of nobody known", false, ours.replace(r#""subject":"user""#, r#""subject":"admin""#)),
        ("without an access token", false, ours.replace("access_token", "other_token")),
        ("with a token that ends the header", false, ours.replace("access-1", r"access\r\n1")),
    ] {
        assert_ne!(record, ours, "{what}");
        storage.set_item(&key, &record).expect("room for a record");
        let client = client(&server, &in_page("session", &key));
        assert!(client.session().is_null(), "{what}");
        assert!(ok(client.get_session(&NONE)).await.is_null(), "{what}");
        assert_eq!(code(token(&client)).await, "login_required", "{what}");
        let aside_key = format!("{key} set aside");
        assert_eq!(storage.get_item(&aside_key), Ok(is_foreign.then_some(record)), "{what}");
        storage.remove_item(&aside_key).expect("a storage");
        client.dispose();
    }
    assert_eq!(server.grants(), 1);
}

#[wasm_bindgen_test]
async fn a_sign_in_replaces_an_unusable_record() {
    let (server, key) = (Server::new(), fresh_key());
    page_storage("sessionStorage").set_item(&key, "garbage").expect("room");
    let client = client(&server, &in_page("session", &key));
    ok(sign_in(&client)).await;
    assert_eq!(ok(token(&client)).await, "access-1");
    let record = page_storage("sessionStorage").get_item(&key).ok().flatten();
    assert!(record.is_some_and(|record| record.contains("refresh-1")));
}

// Custom storages

#[wasm_bindgen_test]
async fn a_custom_storage_may_be_synchronous() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let before = client_storing(&server, &storage, "{}");
    ok(sign_in(&before)).await;
    let after = client_storing(&server, &storage, "{}");
    assert_eq!(ok(token(&after)).await, "access-1");
    ok(after.sign_out(&NONE)).await;
    assert_eq!(storage.entries().length(), 0);
    assert_eq!(storage.logged(), "getItem, getItem, setItem, getItem, removeItem");
}

#[wasm_bindgen_test]
async fn a_lock_that_reports_a_change_causes_another_reading() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let alone = r#"{"shareAcrossTabs":false}"#;
    let before = client_storing(&server, &storage, alone);
    ok(sign_in(&before)).await;
    let after = client_storing(&server, &storage, alone);
    ok(token(&after)).await;
    ok(before.get_access_token(&js(r#"{"forceRefresh":true}"#))).await;
    let grants = server.grants();
    set(&storage, "withLock", source(|| Promise::resolve(&NONE).into()));
    assert_eq!(ok(after.get_access_token(&js(r#"{"forceRefresh":true}"#))).await, "access-2");
    assert_eq!(server.grants(), grants, "the lock was not run, and nothing was sent");
}

#[wasm_bindgen_test]
async fn a_lock_that_never_runs_its_task_lets_a_sign_in_time_out() {
    let (server, storage) = (Server::new(), TestStorage::new());
    set(&storage, "withLock", source(|| Promise::resolve(&NONE).into()));
    let client = client_storing(&server, &storage, r#"{"timeout":50}"#);
    assert_eq!(code(sign_in(&client)).await, "timeout");
    assert_eq!(server.grants(), 0);
}

#[wasm_bindgen_test]
async fn a_custom_storage_may_be_asynchronous() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let gate = Gate::new();
    let promise = gate.promise();
    storage.next("getItem", &source(move || promise.clone().into()));
    let client = client_storing(&server, &storage, "{}");
    assert!(client.session().is_null());
    let session = client.get_session(&NONE);
    assert!(is_pending(&session).await);
    gate.open(&NONE);
    assert!(ok(session).await.is_null());
    assert_eq!(storage.logged(), "getItem, getItem done", "it is read once for all who ask");
}

#[wasm_bindgen_test]
async fn a_custom_storage_may_be_the_pages_own_storage_object() {
    let (server, key) = (Server::new(), fresh_key());
    let more = format!(r#"{{"storageKey":"{key}"}}"#);
    let client = client_storing(&server, &page_storage("localStorage"), &more);
    sign_in_refresh_and_sign_out(&client, "localStorage").await;
}

#[wasm_bindgen_test]
async fn only_null_and_strings_are_valid_items_of_a_storage() {
    for value in [42.into(), js("{}"), true.into()] {
        let storage = TestStorage::new();
        storage.put("key", &value);
        let client = client_storing(&Server::new(), &storage, r#"{"storageKey":"key"}"#);
        assert!(ok(client.get_session(&NONE)).await.is_null(), "{value:?}");
    }
    let storage = TestStorage::new();
    storage.put("key", &NONE);
    let client = client_storing(&Server::new(), &storage, r#"{"storageKey":"key"}"#);
    assert!(ok(client.get_session(&NONE)).await.is_null());
}

#[wasm_bindgen_test]
async fn an_unreadable_storage_creates_no_guest_and_is_read_again() {
    for failing in [thrower("no disk"), rejecter("no disk")] {
        let (server, storage) = (Server::new(), TestStorage::new());
        storage.next("getItem", &failing);
        let client = client_storing(&server, &storage, r#"{"server":"oro","guest":true}"#);
        assert_eq!(code(token(&client)).await, "storage_failed");
        assert_eq!(server.grants(), 0);
        assert_eq!(ok(token(&client)).await, "access-1");
    }
}

#[wasm_bindgen_test]
async fn a_storage_that_cannot_be_written_withholds_no_token() {
    for failing in [thrower("disk full"), rejecter("disk full")] {
        let (server, storage) = (Server::new(), TestStorage::new());
        let client = client_storing(&server, &storage, "{}");
        ok(sign_in(&client)).await;
        storage.next("setItem", &failing);
        assert_eq!(ok(fresh_token(&client)).await, "access-2");
        turns().await;
        assert_eq!(storage.entries().length(), 0, "the tokens that the server has killed are left");
        assert_eq!(ok(fresh_token(&client)).await, "access-3");
        assert_eq!(storage.entries().length(), 1);
    }
}

#[wasm_bindgen_test]
async fn a_sign_out_that_cannot_be_stored_is_reported() {
    for failing in [thrower("no disk"), rejecter("no disk")] {
        let (server, storage) = (Server::new(), TestStorage::new());
        let client = client_storing(&server, &storage, "{}");
        ok(sign_in(&client)).await;
        storage.next("removeItem", &failing);
        assert_eq!(code(client.sign_out(&NONE)).await, "storage_failed");
        assert!(client.session().is_null());
    }
}

#[wasm_bindgen_test]
async fn a_token_is_handed_out_only_after_it_is_stored() {
    let (server, storage, gate) = (Server::new(), TestStorage::new(), Gate::new());
    let promise = gate.promise();
    storage.next("setItem", &source(move || promise.clone().into()));
    let client = client_storing(&server, &storage, r#"{"server":"oro","guest":true}"#);
    let events = events_of(&client, "sessionchange");
    let waiting = token(&client);
    ok(server.grants_reach(1)).await;
    assert!(is_pending(&waiting).await);
    assert_eq!(storage.logged(), "getItem, getItem, setItem");
    assert!(client.session().is_null());
    assert_eq!(events.length(), 0);
    gate.open(&NONE);
    assert_eq!(ok(waiting).await, "access-1");
    assert_eq!(members_of(&events, "reason"), ["guest-created"]);
}

#[wasm_bindgen_test]
async fn a_refreshed_token_is_handed_out_only_after_it_is_stored() {
    let (server, storage, gate) = (Server::new(), TestStorage::new(), Gate::new());
    let client = client_storing(&server, &storage, "{}");
    ok(sign_in(&client)).await;
    let promise = gate.promise();
    storage.next("setItem", &source(move || promise.clone().into()));
    let (fresh, any) = (fresh_token(&client), token(&client));
    ok(server.grants_reach(2)).await;
    turns().await;
    let while_storing = token(&client);
    assert!(is_pending(&fresh).await);
    assert!(is_pending(&while_storing).await, "the old token is dead by now");
    gate.open(&NONE);
    assert_eq!(ok(fresh).await, "access-2");
    assert_eq!(ok(while_storing).await, "access-2");
    ok(any).await;
}

#[wasm_bindgen_test]
async fn writes_keep_their_order_however_slow_the_first_is() {
    let (server, storage, gate) = (Server::new(), TestStorage::new(), Gate::new());
    let promise = gate.promise();
    storage.next("setItem", &source(move || promise.clone().into()));
    let client = client_storing(&server, &storage, "{}");
    let signing_in = sign_in(&client);
    ok(server.grants_reach(1)).await;
    turns().await;
    let signing_out = client.sign_out(&NONE);
    assert_eq!(code(signing_in).await, "signed_out");
    turns().await;
    assert_eq!(storage.logged(), "getItem, getItem, setItem");
    gate.open(&NONE);
    ok(signing_out).await;
    assert_eq!(storage.logged(), "getItem, getItem, setItem, setItem done, removeItem");
    assert_eq!(storage.entries().length(), 0);
}

#[wasm_bindgen_test]
fn constructing_a_client_reads_and_writes_nothing() {
    let prototype = get(&global("Storage"), "prototype");
    let spies = ["getItem", "setItem", "removeItem"].map(|method| Spy::on(&prototype, method));
    let storage = TestStorage::new();
    let server = Server::new();
    let made = [
        client(&server, &in_page("session", "key")),
        client(&server, &in_page("local", "key")),
        client_storing(&server, &storage, "{}"),
    ];
    assert_eq!(spies.map(|spy| spy.calls()), [0.0; 3]);
    assert_eq!(storage.logged(), "");
    assert_eq!(made.len(), 3);
}

#[wasm_bindgen_test]
fn a_storage_without_the_three_methods_is_rejected() {
    for missing in ["getItem", "setItem", "removeItem"] {
        let storage = js("{}");
        for method in ["getItem", "setItem", "removeItem"].into_iter().filter(|method| *method != missing) {
            set(&storage, method, thrower("not to be called"));
        }
        let options = options(&Server::new(), "{}");
        set(&options, "storage", storage);
        let error = try_make(&options).expect_err("refused");
        assert_eq!(text(&error, "code"), "invalid_option");
        assert!(text(&error, "message").contains("storage"), "{missing}");
    }
}
