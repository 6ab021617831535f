//! The core reads a server profile as the relay does: `tests/relay/server-profiles.test.js` plays the same blocks.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::client_authentication::SecretPlace;
use storefront_token_client::core::config::{Config, Guest, Options};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Now, Timestamp, WallTime};
use storefront_token_client::core::token::ClientSecret;

use crate::requests::{basic, parameters, password, refresh, url};
use crate::verdicts::{Meaning, json, profile, sign_in, text, verdict};

const ENDPOINT: &str = "https://auth.example/shop/customers/token";
const ORIGIN: &str = "https://auth.example";

/// One block of the table: its lines, each cut after the first word.
struct Block(Vec<(&'static str, &'static str)>);

impl Block {
    fn values(&self, word: &str) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(move |(first, _)| *first == word).map(|(_, value)| *value)
    }

    fn value(&self, word: &str) -> Option<&'static str> {
        self.values(word).next()
    }

    fn pairs(&self, word: &str) -> Vec<(&'static str, &'static str)> {
        self.values(word).map(|value| value.split_once(' ').unwrap_or((value, ""))).collect()
    }

    /// The profile as the core takes it.
    fn profile(&self) -> String {
        let preset = self.value("profile").unwrap();
        std::iter::once(preset).chain(self.values("line")).collect::<Vec<_>>().join("\n")
    }

    fn config(&self) -> Config {
        let mut options = Options::new(url(ENDPOINT));
        options.server = Some(self.profile());
        options.client_id = self.value("clientId").map(str::to_owned);
        options.client_secret = self.value("clientSecret").map(ClientSecret::new);
        options.guest = if self.value("grant") == Some("guest") { Guest::ByProfile } else { Guest::Never };
        Config::new(options).unwrap()
    }

    fn request(&self) -> Request {
        let config = self.config();
        match self.value("grant").unwrap() {
            "password" => password("ada@shop.example", "pass word", Some("guest-token"))
                .request(&config, SecretPlace::ByProfile),
            "refresh_token" => refresh("def50200").request(&config, SecretPlace::ByProfile),
            "guest" => guest_request(config),
            other => panic!("no grant is named {other}"),
        }
    }
}

/// The request of a client that has no record and needs a guest. The profile says by which grant.
fn guest_request(config: Config) -> Request {
    let mut session = Session::new(config, 1);
    let now = Now { mono: Timestamp::from_f64(0.0), wall: WallTime::from_f64(0.0) };
    let mut effects = session.handle(now, Input::Call(CallId(1), Command::SignInAsGuest));
    while let Some(Effect::Load(read) | Effect::Lock(read, _)) = effects.pop() {
        effects = session.handle(now, Input::Loaded(read, Loaded::Nothing));
        if let Some(Effect::Send(_, request)) = effects.last() {
            return *request.clone();
        }
    }
    panic!("nothing is sent");
}

/// The blocks of the table that have this word.
fn blocks(word: &str) -> Vec<Block> {
    let block = |text: &'static str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Block(lines.map(|line| line.split_once(' ').unwrap_or((line, ""))).collect())
    };
    let all = include_str!("server-profiles.txt").split("\n\n").map(block);
    let blocks: Vec<_> = all.filter(|block| block.0.iter().any(|(first, _)| *first == word)).collect();
    assert!(blocks.len() > 10, "the table is cut short");
    blocks
}

#[test]
fn a_token_request_is_written_as_the_profile_says() {
    for block in blocks("grant") {
        let request = block.request();
        let name = block.profile();
        assert_eq!(
            without_dots(&request.url),
            format!("{ORIGIN}{}", block.value("endpoint").unwrap()),
            "{name}"
        );
        let identity = block.value("clientId").zip(block.value("clientSecret"));
        let expected =
            identity.zip(block.value("basic")).map(|((id, secret), way)| (id, secret, way == "encoded"));
        assert_eq!(basic(&request), expected, "{name}");
        assert_eq!(request.json, block.value("json").is_some(), "{name}");
        let headers: Vec<_> =
            request.headers.iter().map(|(name, value)| (name, value.text().unwrap())).collect();
        assert_eq!(headers, block.pairs("header"), "{name}");
        let expected = [block.pairs("parameter"), block.pairs("added")].concat();
        assert_eq!(parameters(&request), expected, "{name}");
    }
}

/// The URL as a host's parser has it.
fn without_dots(url: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in url.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[test]
fn an_error_response_means_what_the_profile_says() {
    for block in blocks("error") {
        let (status, error) = block.value("error").unwrap().split_once(' ').unwrap();
        let server = block.profile();
        let name = profile(&server).parameter("error").to_owned();
        let result = json(status.parse().unwrap(), &[(name.as_str(), text(error))]);
        let ends = verdict(&server, &refresh("def50200"), &result) == Meaning::Ended;
        let means = match verdict(&server, &sign_in(), &result) {
            _ if ends => "login_required",
            Meaning::Kept(Code::InvalidCredentials) => "invalid_credentials",
            Meaning::Kept(Code::AccountLocked) => "account_locked",
            _ => "nothing",
        };
        assert_eq!(Some(means), block.value("means"), "{server}: {status} {error}");
    }
}
