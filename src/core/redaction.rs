//! Redaction: replaces every secret of the options and the inputs by a placeholder, such as `refresh-token-B`, so that
//! others may see what the core took in.
//!
//! The same secret gets the same placeholder, and a placeholder is a secret of the same kind. So a session that is given
//! placeholders decides as the one that was given the secrets.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::adoption::Adoption;
use super::call::{Command, Ticket};
use super::client_authentication::{SecretPlace, is_plain};
use super::config::{Config, Guest, GuestGrant, Options, Url};
use super::granted::Granted;
use super::io::{Input, Loaded};
use super::members::{Members, Value};
use super::response::{Body, ExchangeResult, Response};
use super::server::ServerProfile;
use super::token::{AccessToken, ClientSecret, Credentials, RefreshToken};

/// Members of records, messages and responses that are no secrets.
const PUBLIC: [&str; 33] = [
    "version",
    "client_id",
    "id",
    "subject",
    "replaces",
    "generation",
    "sent_at",
    "lifetime",
    "refresh_expires_at",
    "refresh_sent_at",
    "refused",
    "refused_since",
    "signing_out",
    "lease_from",
    "lease_until",
    "message",
    "number",
    "claim",
    "from",
    "apart",
    "unused",
    "ended",
    // Whether the sender of a message has no entry in the register (web/peers.js).
    "isUnregistered",
    "token_type",
    "expires_in",
    "refresh_expires_in",
    "refresh_token_expires_in",
    "scope",
    "error",
    "error_description",
    "error_uri",
    "hint",
    "issued_token_type",
];

/// A text that is longer, or has a longer word, may contain an unexpected secret.
const LONGEST_TEXT: usize = 500;
const LONGEST_WORD: usize = 40;

/// The placeholders of one recording. Of the secrets it keeps only hashes.
#[derive(Clone, Debug)]
pub struct Redaction {
    placeholders: BTreeMap<u64, String>,
    counts: BTreeMap<&'static str, u32>,
    /// The server's profile, which has public texts and names.
    server: ServerProfile,
    /// The checksums of the client with its secret where the profile says, and in the header.
    client_checksums: [i32; 2],
}

impl Redaction {
    /// The redaction of a session with these options, and the options without their secrets.
    pub fn of(config: &Config) -> (Redaction, Config) {
        let mut redaction = Redaction {
            placeholders: BTreeMap::new(),
            counts: BTreeMap::new(),
            server: config.server.clone(),
            client_checksums: [SecretPlace::ByProfile, SecretPlace::Header]
                .map(|place| config.client_checksum(place)),
        };
        let redacted = redaction.config(config);
        (redaction, redacted)
    }

    /// The input without its secrets.
    pub fn input(&mut self, input: &Input) -> Input {
        match input {
            Input::Call(id, command) => Input::Call(*id, self.command(command)),
            Input::Loaded(read, Loaded::Record(members)) => {
                Input::Loaded(*read, Loaded::Record(self.members(members, &[])))
            }
            Input::Retried(address, status) => Input::Retried(self.placeholder("address", address), *status),
            Input::ExchangeEnded(id, ExchangeResult::Response(response)) => {
                Input::ExchangeEnded(*id, ExchangeResult::Response(self.response(response)))
            }
            Input::Message(members) => Input::Message(self.members(members, &[])),
            Input::FrontHasShown(record) => Input::FrontHasShown(self.members(record, &[])),
            Input::LastSession(last) => Input::LastSession(self.members(last, &[])),
            Input::Waited(..)
            | Input::Cancel(_)
            | Input::Loaded(..)
            | Input::LockRefused(_)
            | Input::Stored(..)
            | Input::Refused(_)
            | Input::ExchangeEnded(..)
            | Input::Peers(_)
            | Input::StorageCleared
            | Input::Wake
            | Input::Prerendering
            | Input::Activated
            | Input::Hidden
            | Input::Frozen
            | Input::Shown
            | Input::RecordChanged
            | Input::Offline
            | Input::Online
            | Input::Dispose => input.clone(),
        }
    }

    fn config(&mut self, config: &Config) -> Config {
        let Options { token_endpoint, revocation_endpoint, client_id, client_secret, .. } = &config.options;
        let guest = match &config.options.guest {
            Guest::With(credentials) => Guest::With(self.credentials("guest", credentials)),
            guest @ (Guest::Never | Guest::ByProfile) => guest.clone(),
        };
        let options = Options {
            token_endpoint: Url { href: url(&token_endpoint.href), origin: token_endpoint.origin.clone() },
            revocation_endpoint: revocation_endpoint.as_deref().map(url),
            server: Some(config.server.name().to_owned()),
            client_id: client_id.as_deref().map(|id| self.public("client-id", id)),
            client_secret: client_secret
                .as_ref()
                .map(|secret| ClientSecret::new(self.placeholder("client-secret", secret.expose()))),
            guest,
            storage_key: None,
            ..config.options.clone()
        };
        let guest_grant = config.guest_grant.as_ref().map(|GuestGrant(credentials)| {
            GuestGrant(credentials.as_ref().map(|credentials| self.credentials("guest", credentials)))
        });
        let server = config.server.map_lines(|line| self.profile_line(line));
        Config { options, server, guest_grant, checksum: 1, storage_key: "storage-key".into() }
    }

    /// A line of the server's profile. It may have an API key in a header or in a parameter.
    fn profile_line(&mut self, line: &str) -> String {
        let mut words = line.splitn(3, ' ');
        match (words.next(), words.next(), words.next()) {
            (Some(word @ ("headers" | "parameters" | "guest")), Some(name), Some(value)) => {
                let placeholder = self.placeholder("parameter", value);
                [word, name, &placeholder].join(" ")
            }
            _ => line.to_owned(),
        }
    }

    fn command(&mut self, command: &Command) -> Command {
        match command {
            Command::TokenAfter401(ticket) => Command::TokenAfter401(Ticket {
                token: self.access_token(&ticket.token),
                user_session: ticket.user_session,
                address: self.placeholder("address", &ticket.address),
            }),
            Command::SignIn(credentials) => Command::SignIn(self.credentials("username", credentials)),
            Command::Adopt(adoption) => {
                let mut redacted = Adoption::clone(adoption);
                redacted.granted = self.granted(&adoption.granted);
                Command::Adopt(Rc::new(redacted))
            }
            Command::Session | Command::Token { .. } | Command::SignInAsGuest | Command::SignOut => {
                command.clone()
            }
        }
    }

    fn granted(&mut self, granted: &Granted) -> Granted {
        let refresh_token = granted.refresh_token.as_ref();
        Granted {
            access_token: self.access_token(&granted.access_token),
            refresh_token: refresh_token
                .map(|token| RefreshToken::new(self.placeholder("refresh-token", token.expose()))),
            ..granted.clone()
        }
    }

    fn access_token(&mut self, token: &AccessToken) -> AccessToken {
        AccessToken::new(self.placeholder("access-token", token.expose()))
    }

    fn credentials(&mut self, kind: &'static str, credentials: &Credentials) -> Credentials {
        let mut parameters = Members::new();
        for (name, _) in credentials.parameters().iter() {
            parameters.push_text(&member_name(name), Some("parameter"));
        }
        let username = self.placeholder(kind, credentials.username());
        Credentials::new(username, "password").with_parameters(parameters)
    }

    fn response(&mut self, response: &Response) -> Response {
        let body = match &response.body {
            Body::Members(members) => Body::Members(self.members(members, &response.repeating)),
            Body::Text(text) if text.is_empty() || self.is_in_profile(text) => Body::Text(text.clone()),
            Body::Text(_) => Body::Text("a text".into()),
            Body::Cut => Body::Cut,
        };
        let repeating = response.repeating.iter().map(|name| member_name(name)).collect();
        let content_type = self.public("content-type", &response.content_type);
        Response { body, content_type, repeating, ..*response }
    }

    /// `repeating`: the names of members that repeat a secret.
    fn members(&mut self, members: &Members, repeating: &[String]) -> Members {
        let mut redacted = Members::new();
        for (name, value) in members.iter() {
            let repeats = repeating.iter().any(|repeating| repeating == name);
            redacted.push(&member_name(name), self.member(name, value, repeats));
        }
        redacted
    }

    fn member(&mut self, name: &str, value: &Value, repeats: bool) -> Value {
        let standard = self.standard_name(name);
        match value {
            Value::Null | Value::Other => value.clone(),
            Value::Number(number) if standard == "granted_to" => {
                Value::Number(self.client_checksum(*number).into())
            }
            // JSON has finite numbers only.
            Value::Number(number) if PUBLIC.contains(&standard) && number.is_finite() => value.clone(),
            Value::Number(_) => Value::Number(0.0),
            Value::Text(text) if standard.ends_with("_endpoint") => Value::Text(url(text)),
            Value::Text(text) if PUBLIC.contains(&standard) && !repeats => {
                Value::Text(self.public("text", text))
            }
            Value::Text(text) if self.is_in_profile(text) => value.clone(),
            Value::Text(text) => Value::Text(self.placeholder(placeholder_kind(standard), text)),
        }
    }

    /// The standard name of a member, for which the server may have a name of its own.
    fn standard_name<'n>(&self, name: &'n str) -> &'n str {
        let standard = ["access_token", "refresh_token", "client_id"].iter().chain(&PUBLIC);
        let found =
            standard.copied().find(|standard| self.server.any_member_name(standard, &mut |own| own == name));
        found.unwrap_or(name)
    }

    /// Replaces a checksum of the client, since it says a little about the client secret.
    fn client_checksum(&self, number: f64) -> i32 {
        let [by_profile, header] = self.client_checksums.map(f64::from);
        if number == by_profile {
            1
        } else if number == header {
            !1
        } else {
            0
        }
    }

    /// Whether the server's profile compares a response with this text: then it is the server's, and public.
    fn is_in_profile(&self, text: &str) -> bool {
        let conditions = self.server.lines().split(['\n', '\t']);
        conditions.filter_map(|condition| condition.split_once('=')).any(|(_, value)| value == text)
    }

    /// The text, unless it may contain more than it should.
    fn public(&mut self, kind: &'static str, text: &str) -> String {
        let long = text.len() > LONGEST_TEXT || text.split(' ').any(|word| word.len() > LONGEST_WORD);
        let is_public = self.is_in_profile(text) || !long && !text.contains('@');
        if is_public { text.to_owned() } else { self.placeholder(kind, text) }
    }

    /// The placeholder of this secret: the same one everywhere.
    fn placeholder(&mut self, kind: &'static str, secret: &str) -> String {
        // An empty text is no secret, and the core treats it in a way of its own.
        if secret.is_empty() {
            return String::new();
        }
        let mut hasher = DefaultHasher::new();
        secret.hash(&mut hasher);
        let hash = hasher.finish();
        if !self.placeholders.contains_key(&hash) {
            let count = self.counts.entry(kind).or_default();
            let mut placeholder = format!("{kind}-{}", letters(*count));
            *count += 1;
            placeholder.push_str(needed_ending(kind, secret));
            self.placeholders.insert(hash, placeholder);
        }
        self.placeholders.get(&hash).cloned().unwrap_or_default()
    }
}

/// The end of a placeholder. The characters of a secret decide whether it is sent, and where. The placeholder must have
/// characters that decide the same. See client_authentication.rs, and [`AccessToken::parse`].
fn needed_ending(kind: &str, secret: &str) -> &'static str {
    if !matches!(kind, "access-token" | "client-id" | "client-secret") {
        return "";
    }
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        if secret.contains(':') { " :" } else { " " }
    } else if secret.contains(':') {
        ":"
    } else if is_plain(secret) {
        ""
    } else {
        "+"
    }
}

fn placeholder_kind(standard: &str) -> &'static str {
    match standard {
        "access_token" => "access-token",
        "refresh_token" => "refresh-token",
        _ => "text",
    }
}

/// The query of an address may have a key. Its length and its slashes stay.
fn url(href: &str) -> String {
    let query_at = href.find(['?', '#']).unwrap_or(href.len());
    let hide = |(at, letter)| if at <= query_at || letter == '/' { letter } else { 'x' };
    href.char_indices().map(hide).collect()
}

/// A member's name, unless it is data.
fn member_name(name: &str) -> String {
    let is_name = name.len() <= LONGEST_WORD
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
    String::from(if is_name { name } else { "another member" })
}

/// A, B, … Z, AA, AB, …
fn letters(mut count: u32) -> String {
    let mut text = String::new();
    loop {
        text.insert(0, char::from_digit(count % 26 + 10, 36).unwrap_or('?').to_ascii_uppercase());
        if count < 26 {
            return text;
        }
        count = count / 26 - 1;
    }
}
