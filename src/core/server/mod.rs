//! Servers speak dialects of RFC 6749. A profile, [`ServerProfile`], describes a dialect as data. A preset is a profile
//! that this crate has under a name: only `presets.txt` names servers.

mod presets;

use super::text::{split_at_byte, strip_word};

/// How a confidential client authenticates (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: in the `Authorization` header, both parts form-encoded first.
    Basic,
    /// In the `Authorization` header, both parts unencoded, for servers that do not decode them.
    BasicRaw,
    /// `client_secret_post`: in the request body.
    Post,
    /// `none`: the server does not identify clients.
    None,
    /// No method is configured: `client_secret_basic` where encoding changes neither part; else
    /// `client_secret_post`, since few servers decode the header, and nearly all accept the body.
    Unspecified,
}

/// One server's dialect, as a text of lines. Each line has a word, for some words a name, and a value that
/// extends to the end of the line.
///
/// | line | meaning |
/// | --- | --- |
/// | `body json` | the parameters are sent as a JSON object; else as a form |
/// | `clientAuthentication M` | the method M of [`ClientAuthentication`] |
/// | `clientId required` | each request needs a client identifier |
/// | `refreshEndpoint P`, `guestEndpoint P` | these grants go to the path P, relative to the token endpoint |
/// | `names N M` | the server calls the parameter or response member N by the name M |
/// | `grants G M` | the server calls the grant G (`password`, `refresh_token`, `guest`) by the name M |
/// | `guest username U`, `guest password P` | the credentials of the guest that everybody may use |
/// | `guestTokenParameter N` | a sign-in sends the guest's access token in the parameter N |
/// | `parameters N V`, `headers N V` | each request sends this, too |
/// | `errors C R` | a response that the rule R matches has the error code C |
///
/// A rule is a list of conditions, separated by tabs: `status=401`, `contentType=T`, `body=T`, or a member
/// of the response, such as `error=invalid_grant`. Nothing after the `=` means that the member is missing,
/// or is no string. A response that is not a JSON object is matched only by a rule with a `body`: `body=T`
/// matches the text T, and `body=` matches an empty body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize))]
#[cfg_attr(feature = "recorder", serde(into = "String"))]
pub struct ServerProfile {
    name: &'static str,
    lines: String,
}

impl ServerProfile {
    /// Reads a profile. The first line is the name of the preset that it extends; the lines after that
    /// take precedence over the preset's. `None` if there is no such preset.
    pub fn read(text: &str) -> Option<ServerProfile> {
        let (base, own) = split_at_byte(text, b'\n');
        let (name, preset) = presets::find(base)?;
        let mut lines = String::from(own);
        for more in [preset, presets::EVERY_SERVER] {
            lines.push('\n');
            lines.push_str(more);
        }
        Some(ServerProfile { name, lines })
    }

    /// The name of the preset that the profile extends.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn lines(&self) -> &str {
        &self.lines
    }

    /// How a confidential client authenticates.
    pub fn client_authentication(&self) -> ClientAuthentication {
        match self.value("clientAuthentication", "") {
            Some("client_secret_basic_raw") => ClientAuthentication::BasicRaw,
            Some("client_secret_post") => ClientAuthentication::Post,
            Some("none") => ClientAuthentication::None,
            Some("client_secret_basic") => ClientAuthentication::Basic,
            _ => ClientAuthentication::Unspecified,
        }
    }

    /// Whether each request needs a client identifier.
    pub fn requires_client_id(&self) -> bool {
        self.value("clientId", "") == Some("required")
    }

    /// Whether parameters are sent as a JSON object, instead of as a form.
    pub fn sends_json(&self) -> bool {
        self.value("body", "") == Some("json")
    }

    /// The path for refreshes, relative to the token endpoint, where it differs.
    pub(super) fn refresh_endpoint(&self) -> Option<&str> {
        self.value("refreshEndpoint", "")
    }

    /// The path for creating guests, relative to the token endpoint, where it differs.
    pub(super) fn guest_endpoint(&self) -> Option<&str> {
        self.value("guestEndpoint", "")
    }

    /// The server's name for a parameter.
    pub fn parameter<'a>(&'a self, name: &'a str) -> &'a str {
        self.value("names", name).unwrap_or(name)
    }

    /// Calls `matches` with each name that the server may use for a member of a response, until `matches`
    /// returns true.
    pub(super) fn any_member_name<'a>(
        &'a self,
        name: &str,
        matches: &mut dyn FnMut(&'a str) -> bool,
    ) -> bool {
        self.any("names", name, matches)
    }

    /// The server's name for a grant type.
    pub(super) fn grant_type<'a>(&'a self, name: &'a str) -> &'a str {
        self.value("grants", name).unwrap_or(name)
    }

    /// Whether the server has a grant for guests that needs no credentials.
    pub(super) fn has_guest_grant(&self) -> bool {
        self.value("grants", "guest").is_some()
    }

    /// The user name and the password of the guest that everybody may use.
    pub(super) fn guest_credentials(&self) -> Option<(&str, &str)> {
        self.value("guest", "username").zip(self.value("guest", "password"))
    }

    /// The parameter of a sign-in that carries the guest's access token.
    pub fn guest_token_parameter(&self) -> Option<&str> {
        self.value("guestTokenParameter", "")
    }

    /// Calls `add` with the name and the value of each header that requests need.
    pub(super) fn each_header(&self, add: &mut dyn FnMut(&str, &str)) {
        self.each_pair("headers", add);
    }

    /// Calls `add` with the name and the value of each parameter that requests need in addition.
    pub(super) fn each_parameter(&self, add: &mut dyn FnMut(&str, &str)) {
        self.each_pair("parameters", add);
    }

    /// Calls `matches` with each rule for the error code, until `matches` returns true.
    pub(super) fn any_rule(&self, code: &str, matches: &mut dyn FnMut(&str) -> bool) -> bool {
        self.any("errors", code, &mut |rule| matches(rule))
    }

    /// Whether the profile says, beyond RFC 6749, how the server rejects a refresh token.
    pub(super) fn has_own_rejection_rule(&self) -> bool {
        self.any_rule("login_required", &mut |rule| rule != presets::INVALID_GRANT)
    }

    fn each_pair(&self, word: &str, add: &mut dyn FnMut(&str, &str)) {
        self.any(word, "", &mut |line| {
            let (name, value) = split_at_byte(line, b' ');
            add(name, value);
            false
        });
    }

    /// Calls `matches` with the value of each line `word name value`, or `word value` if `name` is empty,
    /// until `matches` returns true.
    #[inline(never)]
    fn any<'a>(&'a self, word: &str, name: &str, matches: &mut dyn FnMut(&'a str) -> bool) -> bool {
        let mut lines = self.lines.as_str();
        while !lines.is_empty() {
            let (line, more) = split_at_byte(lines, b'\n');
            lines = more;
            let value = strip_word(line, word);
            let value = if name.is_empty() { value } else { value.and_then(|value| strip_word(value, name)) };
            if value.is_some_and(&mut *matches) {
                return true;
            }
        }
        false
    }

    /// The value of the first line `word name value`, or `word value` if `name` is empty.
    #[inline(never)]
    fn value(&self, word: &str, name: &str) -> Option<&str> {
        let mut found = None;
        self.any(word, name, &mut |value| {
            found = Some(value);
            true
        });
        found
    }
}

#[cfg(feature = "recorder")]
mod serialized {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer};

    use super::{ServerProfile, presets, split_at_byte};

    impl ServerProfile {
        /// The same profile with other lines.
        pub(in crate::core) fn map_lines(&self, map: impl FnMut(&str) -> String) -> ServerProfile {
            let lines: Vec<String> = self.lines.split('\n').map(map).collect();
            ServerProfile { name: self.name, lines: lines.join("\n") }
        }
    }

    impl From<ServerProfile> for String {
        fn from(ServerProfile { name, lines }: ServerProfile) -> String {
            [name, &lines].join("\n")
        }
    }

    impl<'de> Deserialize<'de> for ServerProfile {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ServerProfile, D::Error> {
            let text = String::deserialize(deserializer)?;
            let (name, lines) = split_at_byte(&text, b'\n');
            let (name, _) = presets::find(name).ok_or_else(|| D::Error::custom("not a server profile"))?;
            Ok(ServerProfile { name, lines: lines.to_owned() })
        }
    }
}
