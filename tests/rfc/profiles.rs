//! Random profiles and responses: no profile makes the client panic, flood a server with requests,
//! send a secret to another place, or end a session without proof.

use std::collections::VecDeque;

use proptest::prelude::*;
use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::{Config, Guest, Options};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Event, Reason};
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response};
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Millis, Now, Timestamp, WallTime};
use storefront_token_client::core::token::{ClientSecret, Credentials};

use crate::requests::url;

const ENDPOINT: &str = "https://shop.example/oauth/key/token?a=b";
const PRESETS: [&str; 10] = [
    "oauth2",
    "oro",
    "wso2",
    "bshaffer",
    "veeam-ahv",
    "keycloak",
    "oauth2orize",
    "glewlwyd",
    "authlib",
    "commercetools",
];
const WORDS: [&str; 12] = [
    "body",
    "clientAuthentication",
    "clientId",
    "refreshEndpoint",
    "guestEndpoint",
    "names",
    "grants",
    "guest",
    "guestTokenParameter",
    "parameters",
    "headers",
    "errors",
];
const NAMES: [&str; 20] = [
    "access_token",
    "refresh_token",
    "expires_in",
    "scope",
    "token_type",
    "error",
    "grant_type",
    "username",
    "password",
    "client_id",
    "client_secret",
    "login_required",
    "invalid_credentials",
    "client_rejected",
    "server_unavailable",
    "account_locked",
    "json",
    "guest",
    "none",
    "required",
];
const VALUES: [&str; 16] = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "../../../../..//evil.example",
    "@evil.example",
    ":443@evil.example/",
    "?",
    "#",
    "status=400\terror=invalid_grant",
    "message=gone",
    "error=",
    "=",
    "\t",
    "refresh_token",
    "code",
    "",
];

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![4 => proptest::sample::select(texts).prop_map(str::to_owned), 1 => any::<String>()]
}

fn profile() -> impl Strategy<Value = String> {
    let line = (one_of(&WORDS), one_of(&NAMES), one_of(&VALUES)).prop_map(|(word, name, value)| {
        if name == "none" { format!("{word} {value}") } else { format!("{word} {name} {value}") }
    });
    (proptest::sample::select(&PRESETS[..]), proptest::collection::vec(line, 0..8))
        .prop_map(|(base, lines)| [&[base.to_owned()], &lines[..]].concat().join("\n"))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => one_of(&["invalid_grant", "invalid_request", "gone", "3600", "bearer", "-0.1", "a", "b"]).prop_map(Value::Text),
        2 => any::<f64>().prop_map(Value::Number),
        2 => (0.0..4000.0).prop_map(Value::Number),
        1 => Just(Value::Null),
        2 => Just(Value::Other),
    ]
}

fn result() -> impl Strategy<Value = ExchangeResult> {
    let name = one_of(&[
        "access_token",
        "accessToken",
        "refresh_token",
        "refreshToken",
        "expires_in",
        "error",
        "message",
        "token_type",
        "hint",
        "scope",
    ]);
    let members = proptest::collection::vec((name, value()), 0..6).prop_map(|pairs| {
        let mut members = Members::new();
        for (name, value) in pairs {
            members.push(&name, value);
        }
        members
    });
    let tokens = value().prop_map(|lifetime| {
        let mut members = Members::new();
        for name in ["access_token", "accessToken", "refresh_token", "refreshToken"] {
            members.push_text(name, Some("token"));
        }
        members.push("expires_in", lifetime);
        ExchangeResult::Response(Response::new(200, Body::Members(members)))
    });
    let status = proptest::sample::select(&[0, 200, 302, 400, 401, 403, 404, 429, 500][..]);
    let kind = one_of(&["application/json", "application/problem+json", "text/html"]);
    let response = (status, kind, members).prop_map(|(status, content_type, members)| {
        ExchangeResult::Response(Response { content_type, ..Response::new(status, Body::Members(members)) })
    });
    let other = proptest::sample::select(&[200, 400, 401][..])
        .prop_map(|status| ExchangeResult::Response(Response::new(status, Body::Text(String::new()))));
    prop_oneof![4 => response, 4 => tokens, 1 => other, 1 => Just(ExchangeResult::NoResponse)]
}

fn config(profile: &str, guest: bool) -> Option<Config> {
    [Some("id"), None].into_iter().find_map(|id| {
        let mut options = Options::new(url(ENDPOINT));
        options.server = Some(profile.to_owned());
        options.client_id = id.map(str::to_owned);
        options.client_secret = id.map(|_| ClientSecret::new("s:cret"));
        options.guest = if guest { Guest::ByProfile } else { Guest::Never };
        Config::new(options).ok()
    })
}

/// Whether a result may end a session: a JSON object, with no status that asks for a later attempt,
/// and with either RFC 6749's word or a rule in the profile.
fn could_be_proof(result: &ExchangeResult, rules: bool) -> bool {
    let ExchangeResult::Response(Response { status, body, .. }) = result else { return false };
    let Body::Members(members) = body else { return rules && matches!(body, Body::Text(_)) };
    let words = ["invalid_grant", "invalid_request", "invalid_token"];
    let says_so = members.iter().any(|(_, value)| value.text().is_some_and(|text| words.contains(&text)));
    (rules || says_so) && ![408, 429].contains(status) && *status < 500
}

/// A page that calls again and again, and a server that responds at once with the next result.
struct Page {
    session: Session,
    seconds: f64,
    results: VecDeque<ExchangeResult>,
    sent: Vec<Request>,
    /// Whether the profile has a rule of its own, or its preset's, for a rejected refresh token.
    rules: bool,
    /// Whether the last result could be proof.
    proof: bool,
    ended: Vec<(Reason, bool)>,
}

impl Page {
    fn input(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        let mut steps = 0;
        while let Some(input) = inputs.pop_front() {
            steps += 1;
            assert!(steps < 100, "the inputs never end");
            let now = Now {
                mono: Timestamp::from_f64(self.seconds * 1000.0),
                wall: WallTime::from_f64(self.seconds * 1000.0),
            };
            for effect in self.session.handle(now, input) {
                self.perform(effect, &mut inputs);
            }
        }
    }

    fn perform(&mut self, effect: Effect, inputs: &mut VecDeque<Input>) {
        match effect {
            Effect::Load(read) => inputs.push_back(Input::Loaded(read, Loaded::Nothing)),
            Effect::Lock(read, _) => inputs.push_back(Input::Loaded(read, Loaded::Unavailable)),
            Effect::Store(write, _) => inputs.push_back(Input::Stored(write, true)),
            Effect::Send(id, request) => {
                self.sent.push(*request);
                let result = self.results.pop_front().unwrap_or(ExchangeResult::NoResponse);
                self.proof = could_be_proof(&result, self.rules);
                inputs.push_back(Input::ExchangeEnded(id, result));
            }
            Effect::Emit(Event::SessionChange { reason, error, .. }) => {
                let rejected = error.is_some_and(|error| error.code == Code::LoginRequired);
                self.ended.push((reason, rejected && self.proof));
            }
            _ => {}
        }
    }
}

fn page(profile: &str, guest: bool, results: impl IntoIterator<Item = ExchangeResult>) -> Option<Page> {
    Some(Page {
        session: Session::new(config(profile, guest)?, 7),
        seconds: 0.0,
        results: results.into_iter().collect(),
        sent: Vec::new(),
        rules: profile.contains("errors login_required")
            || profile.starts_with("oro")
            || profile.starts_with("veeam")
            || profile.starts_with("glewlwyd"),
        proof: false,
        ended: Vec::new(),
    })
}

const TOKEN: Command = Command::Token { min_validity: Millis::ZERO, force_refresh: false };
const NEWER: Command = Command::Token { min_validity: Millis::ZERO, force_refresh: true };

fn anna() -> Command {
    Command::SignIn(Credentials::new("anna", "secret"))
}

fn tokens(refresh_token: Option<&str>, lifetime: f64) -> ExchangeResult {
    let mut members = Members::new();
    members.push_text("access_token", Some("same"));
    members.push_text("refresh_token", refresh_token);
    members.push("expires_in", Value::Number(lifetime));
    ExchangeResult::Response(Response::new(200, Body::Members(members)))
}

#[test]
fn bshaffers_default_ends_the_session_at_the_second_refresh_and_nothing_more_is_sent() {
    let mut rejection = Members::new();
    rejection.push_text("error", Some("invalid_grant"));
    let rejection = ExchangeResult::Response(Response::new(400, Body::Members(rejection)));
    let results = [tokens(Some("r"), 3600.0), tokens(None, 3600.0), rejection];
    let mut page = page("bshaffer", false, results).unwrap();
    for (command, call) in [anna(), NEWER, NEWER, TOKEN, NEWER].into_iter().zip(0..) {
        page.seconds += 60.0;
        page.input(Input::Call(CallId(call), command));
    }
    assert_eq!(page.sent.len(), 3);
    let reasons: Vec<Reason> = page.ended.iter().map(|(reason, _)| *reason).collect();
    assert_eq!(reasons, [Reason::SignedIn, Reason::RefreshRejected]);
}

#[test]
fn wso2s_same_token_with_the_rest_of_its_lifetime_causes_no_loop() {
    let lifetimes = [2.0, 1.0, 0.0, 0.0, 3600.0, 9_223_372_036_854_775_807.0];
    let mut page = page("wso2", false, lifetimes.map(|lifetime| tokens(Some("r"), lifetime))).unwrap();
    for call in 0..6 {
        page.seconds += 1.0;
        page.input(Input::Call(CallId(call), anna()));
        page.input(Input::Wake);
    }
    assert_eq!(page.sent.len(), 6, "one request for each sign-in");
    page.seconds += 1e9;
    page.input(Input::Call(CallId(7), TOKEN));
    page.input(Input::Wake);
    assert_eq!(page.sent.len(), 6, "a token that never ends");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_profile_sends_elsewhere_or_in_a_loop_or_ends_a_session_without_proof(profile in profile(), guest in any::<bool>(), results in proptest::collection::vec(result(), 0..60)) {
        let Some(mut page) = page(&profile, guest, results) else { return Ok(()) };
        for step in 0..60 {
            page.seconds += 1.0;
            let command = match step % 20 {
                0 => anna(),
                9 => NEWER,
                _ => TOKEN,
            };
            page.input(Input::Call(CallId(step), command));
            page.input(Input::Wake);
        }
        // Calls can cause at most one request of each kind in a second.
        prop_assert!(page.sent.len() <= 130, "{} requests in a minute", page.sent.len());
        for request in &page.sent {
            prop_assert!(request.url.starts_with("https://shop.example/"), "{}", request.url);
        }
        for (reason, proven) in page.ended {
            prop_assert!(proven || reason != Reason::RefreshRejected);
        }
    }

    #[test]
    fn only_a_rule_that_matches_is_proof(base in proptest::sample::select(&PRESETS[..]), member in "[a-z]{3,8}", text in "[a-z_]{1,12}", status in 400u16..=428) {
        use storefront_token_client::core::verdict::{Verdict, judge};
        use storefront_token_client::core::server::ServerProfile;

        let response = |text: &str| {
            let mut members = Members::new();
            members.push_text(&format!("x_{member}"), Some(text));
            ExchangeResult::Response(Response::new(if status == 408 { 400 } else { status }, Body::Members(members)))
        };
        let rule = format!("{base}\nerrors login_required status={status}\tx_{member}={text}");
        let profile = ServerProfile::read(&rule).unwrap();
        let is_rejected = |result: &ExchangeResult| {
            matches!(judge(&profile, &crate::requests::refresh("t"), result), Verdict::RefreshTokenRejected(_))
        };
        prop_assert_eq!(is_rejected(&response(&text)), status != 408);
        prop_assert!(!is_rejected(&response("another")));
        let unruled = ServerProfile::read(base).unwrap();
        let verdict = judge(&unruled, &crate::requests::refresh("t"), &response(&text));
        prop_assert!(matches!(verdict, Verdict::Failed(_)), "{:?}", verdict);
    }
}
