//! Server profiles: how they are read from JavaScript, and what `fetch` then sends.

use js_sys::{Date, JSON};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Clock, NONE, Server, client, code, error, fresh_token, get, js, make, number, ok, options, reply,
    reply_with, set, sign_in, signed_in, text, token, try_make, with_throwing_getter,
};

const PROFILE: &str = r#"{
    "body": "json", "clientAuthentication": "none", "clientId": "optional",
    "refreshEndpoint": "https://shop.example/renew?v=1#x", "guestEndpoint": "guests/",
    "names": { "username": "login", "access_token": ["jwt", "token"], "expires_in": "validUntil" },
    "grants": { "password": "Password", "guest": "anonymous" },
    "parameters": { "long": "1 & 2", "none": "" }, "headers": { "X-Api-Version": "1.1" },
    "errors": {
        "login_required": { "status": 401, "code": "E 7" },
        "account_locked": [{ "code": "E 8" }, { "contentType": "application/json", "code": null }]
    }
}"#;

fn own(more: &str) -> String {
    format!(r#"{{"clientId":null,"guest":true,"server":{PROFILE}{more}}}"#)
}

#[wasm_bindgen_test]
async fn a_server_profile_defines_what_is_sent_and_where() {
    let server = Server::new();
    for response in [
        r#"{"jwt":"guest","refresh_token":"r"}"#,
        r#"{"token":"anna","refresh_token":"r"}"#,
        r#"{"token":"b"}"#,
    ] {
        server.respond_to_grant(&reply(200, response));
    }
    let client = client(&server, &own(""));
    assert_eq!(ok(token(&client)).await, "guest");
    ok(sign_in(&client)).await;
    assert_eq!(ok(fresh_token(&client)).await, "b");
    let rows = [
        ("https://shop.example/guests/", r#"{"grant_type":"anonymous","long":"1 & 2","none":""}"#),
        (
            "https://shop.example/oauth2-token",
            r#"{"grant_type":"Password","login":"anna","password":"secret","long":"1 & 2","none":""}"#,
        ),
        (
            "https://shop.example/renew?v=1#x",
            r#"{"grant_type":"refresh_token","refresh_token":"r","long":"1 & 2","none":""}"#,
        ),
    ];
    for (at, (url, body)) in (0..).zip(rows) {
        assert_eq!(server.url(at), url);
        assert_eq!(text(&server.init(at), "body"), body);
        let headers = get(&server.init(at), "headers");
        assert_eq!(text(&headers, "content-type"), "application/json");
        assert_eq!(text(&headers, "x-api-version"), "1.1");
    }
}

#[wasm_bindgen_test]
async fn a_server_profile_defines_what_an_error_means() {
    let server = Server::new();
    server.respond_to_grant(&reply(400, r#"{"code":"E 8"}"#));
    server.respond_to_grant(&reply(403, "{}"));
    server.respond_to_grant(&reply_with(403, "{}", "Content-Type", "text/json"));
    server.respond_to_grant(&reply(200, r#"{"jwt":"a","refresh_token":"r"}"#));
    server.respond_to_grant(&reply(400, r#"{"code":"E 7"}"#));
    server.respond_to_grant(&reply_with(
        401,
        r#"{"code":"E 7"}"#,
        "Content-Type",
        "Application/JSON ; charset=utf-8",
    ));
    let client = client(&server, &own(r#","guest":false"#));
    for expected in ["account_locked", "account_locked", "invalid_answer"] {
        assert_eq!(code(sign_in(&client)).await, expected);
    }
    ok(sign_in(&client)).await;
    assert_eq!(code(fresh_token(&client)).await, "invalid_answer");
    assert_eq!(ok(token(&client)).await, "a", "that was no proof");
    let waits = Clock::stop();
    waits.go_on(120.0);
    assert_eq!(code(fresh_token(&client)).await, "login_required");
}

#[wasm_bindgen_test]
fn an_unusable_member_of_a_profile_is_named() {
    for (member, profile) in [
        ("server.bodyFormat", r#"{"bodyFormat":"json"}"#),
        ("server.body", r#"{"body":"xml"}"#),
        ("server.body", r#"{"body":42}"#),
        ("server.body", r#"{"body":true}"#),
        ("server.body.form", r#"{"body":{"form":"yes"}}"#),
        ("server.extends", r#"{"extends":""}"#),
        ("server.extends", r#"{"extends":"oro\nbody json"}"#),
        ("server", r#"{"extends":"orocommerce"}"#),
        ("server.clientAuthentication", r#"{"clientAuthentication":"basic"}"#),
        ("server.clientId", r#"{"clientId":"none"}"#),
        ("server.refreshEndpoint", r#"{"refreshEndpoint":"https://evil.example/token"}"#),
        ("server.refreshEndpoint", r#"{"refreshEndpoint":"//evil.example/token"}"#),
        ("server.refreshEndpoint", r#"{"refreshEndpoint":"https://shop.example:444/"}"#),
        ("server.refreshEndpoint", r#"{"refreshEndpoint":"https://shop.example@evil.example/"}"#),
        ("server.guestEndpoint", r#"{"guestEndpoint":"https://user@shop.example/"}"#),
        ("server.guestEndpoint", r#"{"guestEndpoint":"http://shop.example/"}"#),
        ("server.guestEndpoint", r#"{"guestEndpoint":"https://"}"#),
        ("server.names.user", r#"{"names":{"user":"login"}}"#),
        ("server.names.username", r#"{"names":{"username":"a b"}}"#),
        ("server.names.username", r#"{"names":{"username":["login",1]}}"#),
        ("server.names", r#"{"names":"login"}"#),
        ("server.grants.implicit", r#"{"grants":{"implicit":"x"}}"#),
        ("server.guest.name", r#"{"guest":{"name":"guest"}}"#),
        ("server.guestTokenParameter", r#"{"guestTokenParameter":"a\nb"}"#),
        ("server.parameters.a", r#"{"parameters":{"a":"1\nbody json"}}"#),
        ("server.headers.a b", r#"{"headers":{"a b":"1"}}"#),
        ("server.headers.a", r#"{"headers":{"a":"1\r\nb: 2"}}"#),
        ("server.headers.a", r#"{"headers":{"a":"é"}}"#),
        ("server.errors.gone", r#"{"errors":{"gone":{"error":"x"}}}"#),
        ("server.errors.login_required", r#"{"errors":{"login_required":{"status":401}}}"#),
        ("server.errors.login_required", r#"{"errors":{"login_required":[{"error":"x"},{}]}}"#),
        ("server.errors.login_required", r#"{"errors":{"login_required":"invalid_grant"}}"#),
        ("server.errors.mfa_required", r#"{"errors":{"mfa_required":{"mfa":true}}}"#),
        ("server.errors.mfa_required", r#"{"errors":{"mfa_required":{"code":1.5}}}"#),
        ("server.errors.mfa_required", r#"{"errors":{"mfa_required":{"error":{"code":"x"}}}}"#),
        ("server.errors.login_required", r#"{"errors":{"login_required":{"error":"x\nbody json"}}}"#),
    ] {
        let options = options(&Server::new(), &format!(r#"{{"server":{profile}}}"#));
        let error = try_make(&options).err().unwrap_or_else(|| panic!("taken: {profile}"));
        assert_eq!(text(&error, "code"), "invalid_option", "{profile}");
        let message = text(&error, "message");
        assert!(message.contains(&format!("{member} ")), "{profile}: {message}");
    }
}

#[wasm_bindgen_test]
fn an_unreadable_profile_is_named_and_null_members_are_ignored() {
    for profile in [
        with_throwing_getter(&js("{}"), "body"),
        js_sys::Function::new_no_args("return { get errors() { throw Error('not today') } }")
            .call0(&NONE)
            .unwrap(),
        js_sys::Function::new_no_args("const loop = {}; return (loop.names = loop)").call0(&NONE).unwrap(),
    ] {
        let options = options(&Server::new(), "{}");
        set(&options, "server", profile);
        let error = try_make(&options).expect_err("taken");
        assert_eq!(text(&error, "code"), "invalid_option");
        assert!(text(&error, "message").contains("server"));
        assert!(!text(&error, "message").contains("not today"));
    }
    let body = js_sys::Function::new_no_args("return { body() {} }").call0(&NONE).unwrap();
    let options = options(&Server::new(), "{}");
    set(&options, "server", body);
    assert!(try_make(&options).is_err());
    for nothing in
        [r#"{}"#, r#"{"body":null,"names":{},"errors":{"login_required":[]},"names":{"scope":null}}"#]
    {
        set(&options, "server", js(nothing));
        make(&options);
    }
}

#[wasm_bindgen_test]
async fn basic_credentials_are_encoded_as_base64() {
    for (server_profile, secret, value) in [
        (r#"{"clientAuthentication":"client_secret_basic"}"#, "s:e cret", "Basic c2hvcDpzJTNBZSUyMGNyZXQ="),
        (r#""wso2""#, "s%e crét", "Basic c2hvcDpzJWUgY3LDqXQ="),
    ] {
        let server = Server::new();
        signed_in(&server, &format!(r#"{{"server":{server_profile},"clientSecret":"{secret}"}}"#)).await;
        let headers = get(&server.init(0), "headers");
        assert_eq!(text(&headers, "authorization"), value);
        assert_eq!(server.param(0, "client_secret"), None, "never in both places");
    }
}

/// A date and time so many seconds from now, as JavaScript writes it: with milliseconds, in UTC.
fn moment(seconds: f64) -> String {
    Date::new(&(Date::now() + seconds * 1000.0).into()).to_iso_string().into()
}

/// The lifetime, in seconds, of a session whose response has this date and time and this `Date` header.
async fn lifetime(expires: &str, header: &str, value: &str) -> Option<f64> {
    let server = Server::new();
    let body = format!(r#"{{"accessToken":"a","refreshToken":"r","accessTokenExpiresAt":"{expires}"}}"#);
    server.respond_to_grant(&reply_with(200, &body, header, value));
    let client = client(&server, r#"{"clientId":null,"server":"veeam-ahv"}"#);
    let session = ok(sign_in(&client)).await;
    get(&session, "expiresAt").as_f64().map(|at| (at - Date::now()) / 1000.0)
}

#[wasm_bindgen_test]
async fn expires_in_may_be_a_date_and_time() {
    let _clock = Clock::stop();
    let utc = moment(1800.0).replace(".000Z", "");
    for digits in 0..=9 {
        let fraction = format!(".{}", &"782615234"[..digits]);
        for zone in ["Z", "+00:00", "-00:00"] {
            let text = format!("{utc}{}{zone}", if digits == 0 { "" } else { &fraction });
            assert_eq!(lifetime(&text, "X", "x").await, Some(1800.0), "{text}");
        }
    }
    for (zone, hours) in [("+02:00", 2.0), ("-11:30", -11.5), ("+14:00", 14.0)] {
        let text = moment(1800.0 + hours * 3600.0).replace(".000Z", zone);
        assert_eq!(lifetime(&text, "X", "x").await, Some(1800.0), "{text}");
    }
}

#[wasm_bindgen_test]
async fn a_date_and_time_is_compared_with_the_servers_clock() {
    let _clock = Clock::stop();
    for minutes_off in [-300.0, -7.0, 0.0, 7.0, 300.0] {
        let off = minutes_off * 60.0;
        let date = Date::new(&(Date::now() + off * 1000.0).into()).to_utc_string();
        assert_eq!(
            lifetime(&moment(1800.0 + off), "Date", &String::from(date)).await,
            Some(1800.0),
            "{minutes_off}"
        );
    }
}

#[wasm_bindgen_test]
async fn an_invalid_or_past_date_and_time_is_ignored() {
    let _clock = Clock::stop();
    for text in [
        moment(-1.0),
        moment(0.0),
        moment(1800.0).replace('Z', ""),
        String::from("2999-13-45T25:61:61Z"),
        String::from("soon"),
        String::from("2999-01-01"),
    ] {
        assert_eq!(lifetime(&text, "X", "x").await, None, "{text}");
    }
}

#[wasm_bindgen_test]
async fn a_locked_account_differs_from_a_wrong_password() {
    let server = Server::new();
    let client = client(&server, r#"{"server":"oro"}"#);
    for (hint, expected) in [("Account is locked.", "account_locked"), ("", "invalid_credentials")] {
        server.respond_to_grant(&reply(400, &format!(r#"{{"error":"invalid_grant","hint":"{hint}"}}"#)));
        let error = error(sign_in(&client)).await;
        assert_eq!(text(&error, "code"), expected);
        assert_eq!(get(&error, "transient"), false);
        assert_eq!(number(&error, "status"), 400.0);
    }
}

#[wasm_bindgen_test]
async fn no_error_repeats_a_secret() {
    let server = Server::new();
    let client = client(&server, "{}");
    server.respond_to_grant(&reply(
        400,
        r#"{"error":"invalid_grant","error_description":"anna, secret: unknown"}"#,
    ));
    let error = error(sign_in(&client)).await;
    assert!(get(&error, "error_description").is_undefined());
    assert!(!String::from(JSON::stringify(&error).unwrap()).contains("secret"));
}
