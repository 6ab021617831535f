//! `ServerProfile`: one server's dialect of RFC 6749, as data. No server is named elsewhere but in
//! `presets.txt`.

mod presets;

/// How a confidential client authenticates (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: the `Authorization` header, both parts form-encoded first
    Basic,
    /// The same with both parts as they are, for servers that do not decode them.
    BasicRaw,
    /// `client_secret_post`: parameters of the body
    Post,
    /// `none`: the server knows no clients
    None,
}

/// One server's dialect: lines, each with a word, what it is about where the word needs that, and
/// a value that goes on to the end of the line.
///
/// | line | says |
/// | --- | --- |
/// | `body json` | that the parameters are written as a JSON object; else as a form |
/// | `clientAuthentication M` | [`ClientAuthentication`] |
/// | `clientId required` | that no request goes without a client identifier |
/// | `refreshEndpoint P`, `guestEndpoint P` | a path, from the token endpoint, for these grants |
/// | `names N M` | the server's name M of the parameter, or another of the answer's member, N |
/// | `grants G M` | the server's name M of the grant `password`, `refresh_token` or `guest` |
/// | `guest username U`, `guest password P` | the credentials with which anybody is a visitor |
/// | `guestTokenParameter N` | what carries a visitor's access token into a sign-in |
/// | `parameters N V`, `headers N V` | what goes with each request |
/// | `errors C R` | a rule R: what an error of the code C looks like |
///
/// A rule is conditions with tabs between: `status=401`, `contentType=T`, or any member of the
/// answer, `error=invalid_grant`; nothing after the `=` says that there is no such text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerProfile {
    name: &'static str,
    lines: String,
}

impl ServerProfile {
    /// Reads a profile: the name of the preset that it begins with, and lines of its own, which
    /// outweigh the preset's. There is none if the preset is unknown.
    pub fn read(text: &str) -> Option<ServerProfile> {
        let (base, own) = split_at_byte(text, b'\n');
        let (name, preset) = presets::find(base)?;
        let mut lines = String::from(own);
        for more in [preset, presets::RFC_6749] {
            lines.push('\n');
            lines.push_str(more);
        }
        Some(ServerProfile { name, lines })
    }

    /// The preset that it begins with.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether one of the lines with this word, about `name` unless that is empty, has a value of
    /// which this holds.
    #[inline(never)]
    pub(super) fn values_match<'a>(
        &'a self,
        word: &str,
        name: &str,
        holds: &mut dyn FnMut(&'a str) -> bool,
    ) -> bool {
        let mut lines = self.lines.as_str();
        while !lines.is_empty() {
            let (line, more) = split_at_byte(lines, b'\n');
            lines = more;
            let value = strip_word(line, word);
            let value = if name.is_empty() { value } else { value.and_then(|value| strip_word(value, name)) };
            if value.is_some_and(&mut *holds) {
                return true;
            }
        }
        false
    }

    /// The value of the first line with this word, about `name` unless that is empty.
    #[inline(never)]
    pub(super) fn value(&self, word: &str, name: &str) -> Option<&str> {
        let mut found = None;
        self.values_match(word, name, &mut |value| {
            found = Some(value);
            true
        });
        found
    }

    /// How a confidential client authenticates.
    pub fn client_authentication(&self) -> ClientAuthentication {
        match self.value("clientAuthentication", "") {
            Some("client_secret_basic_raw") => ClientAuthentication::BasicRaw,
            Some("client_secret_post") => ClientAuthentication::Post,
            Some("none") => ClientAuthentication::None,
            _ => ClientAuthentication::Basic,
        }
    }

    /// The server's name of a parameter.
    pub fn parameter<'a>(&'a self, name: &'a str) -> &'a str {
        self.value("names", name).unwrap_or(name)
    }

    /// The parameter that carries a visitor's access token into a sign-in.
    pub fn guest_token_parameter(&self) -> Option<&str> {
        self.value("guestTokenParameter", "")
    }
}

/// What is before and after the first mark, a character of ASCII; all and nothing where there is none.
#[inline(never)]
pub(super) fn split_at_byte(text: &str, mark: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == mark).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())
}

#[inline(never)]
fn strip_word<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix(word)?.strip_prefix(' ')
}
