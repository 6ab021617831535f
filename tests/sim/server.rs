//! An authorization server. A family is one grant with all tokens that came from it.

use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response};

use crate::dialect::Dialect;
use crate::parse::{Form, empty, error_response, html, json, retry_later, text};
use crate::scenario::Scenario;

/// What a refresh does to the refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Replaces it. The old one and the old access token end at once.
    Rotates,
    /// As `Rotates`, but the previous one is accepted for a while.
    Grace,
    /// As `Rotates`, and an old one that is sent again ends the family.
    DetectsReuse,
    /// Sends the same one again.
    Keeps,
    /// Keeps it, and leaves it out of the response.
    Omits,
    /// There are no refresh tokens.
    Never,
}

/// What the server does with the next requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conduct {
    Serves,
    DropsBefore,
    DropsAfter,
    CutsTheResponse,
    /// It serves, and a gateway responds with this status in its place.
    Loses(u16),
    Hangs {
        served: bool,
    },
    TooMany {
        retry_after: Option<u64>,
    },
    Fails(u16),
    FailsInJson(u16),
    Html(u16),
    Empty(u16),
    Refuses(u16, &'static str),
    GivesNoToken,
    Redirects,
}

/// `expires_in`, as servers write it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExpiresIn {
    Secs(f64),
    Text(&'static str),
    Null,
    Missing,
}

impl ExpiresIn {
    pub fn secs(secs: u32) -> ExpiresIn {
        ExpiresIn::Secs(f64::from(secs))
    }

    /// The lifetime that a client reads.
    pub fn millis(self) -> Option<i64> {
        match self {
            ExpiresIn::Secs(secs) => Some(((secs * 1000.0) as i64).clamp(0, 1 << 53)),
            ExpiresIn::Text(secs) => {
                secs.parse().ok().map(|secs: i64| secs.saturating_mul(1000).clamp(0, 1 << 53))
            }
            ExpiresIn::Null | ExpiresIn::Missing => None,
        }
    }

    fn member(self) -> Option<Value> {
        match self {
            ExpiresIn::Secs(secs) => Some(Value::Number(secs)),
            ExpiresIn::Text(secs) => Some(text(secs)),
            ExpiresIn::Null => Some(Value::Null),
            ExpiresIn::Missing => None,
        }
    }
}

/// How long the previous refresh token is accepted, with [`Rotation::Grace`].
pub const GRACE: i64 = 30_000;

pub const PASSWORD: &str = "SECRET-password";
pub const USERS: [&str; 2] = ["ada@shop.example", "bob@shop.example"];

#[derive(Clone, Debug)]
pub struct Family {
    pub user: String,
    pub refresh: Option<String>,
    /// When the refresh token expires, if it does.
    pub refresh_until: Option<i64>,
    pub access: String,
    pub ended: bool,
    /// The previous refresh token, and when it was replaced.
    pub previous: Option<(String, i64)>,
    /// The guest whose cart the sign-in took over.
    pub merged: Option<usize>,
}

impl Family {
    pub fn is_guest(&self) -> bool {
        self.user == "guest"
    }
}

/// An access token that the server has issued.
#[derive(Clone, Debug)]
struct Issued {
    family: usize,
    lifetime: Option<i64>,
    at: i64,
}

#[derive(Clone, Debug)]
pub struct Server {
    pub dialect: Dialect,
    pub rotation: Rotation,
    pub conduct: Conduct,
    pub expires_in: ExpiresIn,
    /// The seconds for which a refresh token is valid after a grant, and which the server tells; endless if there are none.
    pub refresh_expires_in: Option<u32>,
    pub families: Vec<Family>,
    /// The server's clock.
    pub now: i64,
    access: Vec<Issued>,
    /// How many of the access tokens the server has revoked.
    revoked: usize,
    refresh: Vec<usize>,
}

impl Server {
    pub fn of(shop: &Scenario) -> Server {
        Server {
            dialect: shop.dialect,
            rotation: shop.rotation,
            conduct: Conduct::Serves,
            expires_in: ExpiresIn::secs(3600),
            refresh_expires_in: shop.refresh_expires_in,
            families: Vec::new(),
            now: 0,
            access: Vec::new(),
            revoked: 0,
            refresh: Vec::new(),
        }
    }

    /// The result of a request; nothing if the connection hangs.
    pub fn respond(&mut self, form: &Form) -> Option<ExchangeResult> {
        let responds = |response| Some(ExchangeResult::Response(response));
        match self.conduct {
            Conduct::Serves => responds(self.serve(form)),
            Conduct::DropsBefore => Some(ExchangeResult::NoResponse),
            Conduct::DropsAfter => {
                self.serve(form);
                Some(ExchangeResult::NoResponse)
            }
            Conduct::CutsTheResponse => {
                let status = self.serve(form).status;
                responds(Response::new(status, Body::Cut))
            }
            Conduct::Loses(status) => {
                self.serve(form);
                responds(html(status))
            }
            Conduct::Hangs { served } => {
                if served {
                    self.serve(form);
                }
                None
            }
            Conduct::TooMany { retry_after } => responds(retry_later(429, retry_after)),
            Conduct::Fails(status) => responds(retry_later(status, None)),
            Conduct::FailsInJson(status) => responds(error_response(status, "invalid_grant")),
            Conduct::Html(status) => responds(html(status)),
            Conduct::Empty(status) => responds(empty(status)),
            Conduct::Refuses(status, error) => responds(error_response(status, error)),
            Conduct::GivesNoToken => responds(json(200, &[("token_type", text("Bearer"))])),
            Conduct::Redirects => responds(html(0)),
        }
    }

    /// Signs a user or a guest in with another client, at this time. Gives the members of the response.
    pub fn grant_to_another_client(&mut self, username: &str, now: i64) -> Members {
        self.now = now;
        let password = if username == "guest" { username } else { PASSWORD };
        let form = [("grant_type", "password"), ("username", username), ("password", password)];
        let response = self.serve(&Form::from_pairs(&form));
        let Body::Members(tokens) = response.body else { panic!("a password grant has tokens") };
        tokens
    }

    fn serve(&mut self, form: &Form) -> Response {
        if form.get("token").is_some() {
            return self.revoke(form);
        }
        match form.get("grant_type") {
            Some("password") => self.password(form),
            Some("refresh_token") => self.refreshed(form.get("refresh_token").unwrap_or_default()),
            _ => error_response(400, "unsupported_grant_type"),
        }
    }

    fn password(&mut self, form: &Form) -> Response {
        let (username, password) = (form.get("username").unwrap_or(""), form.get("password").unwrap_or(""));
        let known = match username {
            "guest" => password == "guest",
            user => USERS.contains(&user) && password == PASSWORD,
        };
        if !known {
            return self.dialect.wrong_password();
        }
        let guest = form.get("visitor_access_token").and_then(|token| self.active_guest(token));
        let user = username.to_owned();
        self.families.push(Family {
            user,
            refresh: None,
            refresh_until: None,
            access: String::new(),
            ended: false,
            previous: None,
            merged: guest,
        });
        let family = self.families.len() - 1;
        if self.rotation != Rotation::Never {
            self.new_refresh_token(family);
        }
        self.grant(family, true)
    }

    fn active_guest(&self, token: &str) -> Option<usize> {
        let family = self.family_of_access(token)?;
        let known = &self.families[family];
        (known.is_guest() && !known.ended && known.access == token).then_some(family)
    }

    fn refreshed(&mut self, token: &str) -> Response {
        let Some(family) = self.family_of_refresh(token) else { return self.dialect.rejection() };
        if !self.is_honoured(token) {
            self.families[family].ended |= self.rotation == Rotation::DetectsReuse;
            return self.dialect.rejection();
        }
        let current = self.families[family].refresh.as_deref() == Some(token);
        if current && matches!(self.rotation, Rotation::Rotates | Rotation::Grace | Rotation::DetectsReuse) {
            self.families[family].previous = Some((token.to_owned(), self.now));
            self.new_refresh_token(family);
        }
        self.grant(family, self.rotation != Rotation::Omits)
    }

    /// Whether the server would grant a refresh with this token.
    pub fn is_honoured(&self, token: &str) -> bool {
        let Some(family) = self.family_of_refresh(token).map(|at| &self.families[at]) else { return false };
        let current = family.refresh.as_deref() == Some(token);
        let previous = family.previous.as_ref().is_some_and(|(previous, at)| {
            self.rotation == Rotation::Grace && previous == token && self.now - at < GRACE
        });
        let in_time = family.refresh_until.is_none_or(|until| self.now < until);
        !family.ended && in_time && (current || previous)
    }

    fn revoke(&mut self, form: &Form) -> Response {
        if let Some(family) = form.get("token").and_then(|token| self.family_of_refresh(token)) {
            self.families[family].ended = true;
        }
        html(200)
    }

    fn new_refresh_token(&mut self, family: usize) {
        self.families[family].refresh = Some(format!("SECRET-refresh-{}", self.refresh.len()));
        self.refresh.push(family);
    }

    fn grant(&mut self, family: usize, with_refresh_token: bool) -> Response {
        let token = format!("SECRET-access-{}", self.access.len());
        self.access.push(Issued { family, lifetime: self.expires_in.millis(), at: self.now });
        self.families[family].access.clone_from(&token);
        let mut members = vec![("token_type", text("Bearer")), ("access_token", text(&token))];
        members.extend(self.expires_in.member().map(|lifetime| ("expires_in", lifetime)));
        if let Some(secs) = self.refresh_expires_in {
            self.families[family].refresh_until = Some(self.now + i64::from(secs) * 1000);
            members.push(("refresh_expires_in", Value::Number(secs.into())));
        }
        let refresh = self.families[family].refresh.as_deref().filter(|_| with_refresh_token);
        members.extend(refresh.map(|token| ("refresh_token", text(token))));
        json(200, &members)
    }

    pub fn family_of_access(&self, token: &str) -> Option<usize> {
        Some(self.issued(token)?.family)
    }

    pub fn family_of_refresh(&self, token: &str) -> Option<usize> {
        self.refresh.get(number(token, "SECRET-refresh-")?).copied()
    }

    /// The lifetime of this token, if the server has sent one.
    pub fn lifetime_of(&self, token: &str) -> Option<i64> {
        self.issued(token)?.lifetime
    }

    /// When the server issued this token.
    pub fn issued_at(&self, token: &str) -> Option<i64> {
        Some(self.issued(token)?.at)
    }

    /// Whether an API accepts this token, apart from its lifetime.
    pub fn accepts(&self, access_token: &str) -> bool {
        let family = self.family_of_access(access_token).map(|at| &self.families[at]);
        let ends_old_ones = matches!(self.rotation, Rotation::Rotates | Rotation::DetectsReuse);
        let revoked = number(access_token, "SECRET-access-").is_some_and(|at| at < self.revoked);
        !revoked
            && family.is_some_and(|family| !family.ended && (!ends_old_ones || family.access == access_token))
    }

    fn issued(&self, access_token: &str) -> Option<&Issued> {
        self.access.get(number(access_token, "SECRET-access-")?)
    }

    pub fn end_all(&mut self) {
        for family in &mut self.families {
            family.ended = true;
        }
    }

    /// Revokes the access tokens. The sessions go on.
    pub fn revoke_access_tokens(&mut self) {
        self.revoked = self.access.len();
    }

    pub fn guests(&self) -> usize {
        self.families.iter().filter(|family| family.is_guest()).count()
    }
}

fn number(token: &str, kind: &str) -> Option<usize> {
    token.strip_prefix(kind)?.parse().ok()
}
