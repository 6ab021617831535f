//! An authorization server. It knows its tokens by family: what one grant has led to.

use storefront_token_client::core::members::Value;
use storefront_token_client::core::response::{Body, ExchangeResult, Response};

use crate::wire::{Form, answer, html, json, oauth_error, patient, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    OAuth2,
    Oro,
}

/// What becomes of the refresh token at a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// A new one; the old one and the old access token are dead at once.
    Rotates,
    /// As `Rotates`, but the one before is still taken for a while.
    Grace,
    /// As `Rotates`, and an old one that comes back ends the family.
    DetectsReuse,
    /// The same one again.
    Keeps,
    /// The same one, which the answer leaves out.
    Omits,
    /// There is none.
    Never,
}

/// What the server does with the next requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conduct {
    Serves,
    DropsBefore,
    DropsAfter,
    CutsTheAnswer,
    Hangs { served: bool },
    TooMany { retry_after: Option<u64> },
    Fails(u16),
    FailsInJson(u16),
    Html(u16),
    Refuses(u16, &'static str),
    GivesNoToken,
    Redirects,
}

/// `expires_in`, as servers write it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Life {
    Secs(f64),
    InText(&'static str),
    Null,
    Missing,
}

impl Life {
    pub fn secs(secs: u32) -> Life {
        Life::Secs(f64::from(secs))
    }

    /// What a client may take it for.
    pub fn millis(self) -> Option<i64> {
        match self {
            Life::Secs(secs) => Some(((secs * 1000.0) as i64).clamp(0, 1 << 53)),
            Life::InText(secs) => {
                secs.parse().ok().map(|secs: i64| secs.saturating_mul(1000).clamp(0, 1 << 53))
            }
            Life::Null | Life::Missing => None,
        }
    }

    fn member(self) -> Option<Value> {
        match self {
            Life::Secs(secs) => Some(Value::Number(secs)),
            Life::InText(secs) => Some(text(secs)),
            Life::Null => Some(Value::Null),
            Life::Missing => None,
        }
    }
}

/// How long the refresh token before is taken, with [`Rotation::Grace`].
pub const GRACE: i64 = 30_000;

pub const PASSWORD: &str = "SECRET-password";
pub const USERS: [&str; 2] = ["ada@shop.example", "bob@shop.example"];

#[derive(Clone, Debug)]
pub struct Family {
    pub user: String,
    pub refresh: Option<String>,
    pub access: String,
    pub dead: bool,
    /// The refresh token before, and when it was replaced.
    pub previous: Option<(String, i64)>,
    /// The list of a visitor that came along at sign-in.
    pub carried: Option<usize>,
}

impl Family {
    pub fn is_guest(&self) -> bool {
        self.user == "guest"
    }
}

/// An access token that there was.
#[derive(Clone, Debug)]
struct Issued {
    family: usize,
    life: Option<i64>,
    at: i64,
}

#[derive(Clone, Debug)]
pub struct Server {
    pub dialect: Dialect,
    pub rotation: Rotation,
    pub conduct: Conduct,
    pub life: Life,
    pub families: Vec<Family>,
    /// What its clock shows.
    pub now: i64,
    access: Vec<Issued>,
    refresh: Vec<usize>,
}

impl Server {
    pub fn new(dialect: Dialect, rotation: Rotation) -> Server {
        Server {
            dialect,
            rotation,
            conduct: Conduct::Serves,
            life: Life::secs(3600),
            families: Vec::new(),
            now: 0,
            access: Vec::new(),
            refresh: Vec::new(),
        }
    }

    /// The answer to a request, or that the connection hangs.
    pub fn take(&mut self, form: &Form) -> Option<ExchangeResult> {
        if form.get("token").is_some() {
            return Some(ExchangeResult::Response(self.revoke(form)));
        }
        let answered = |answer| Some(ExchangeResult::Response(answer));
        match self.conduct {
            Conduct::Serves => answered(self.serve(form)),
            Conduct::DropsBefore => Some(ExchangeResult::NoResponse),
            Conduct::DropsAfter => {
                self.serve(form);
                Some(ExchangeResult::NoResponse)
            }
            Conduct::CutsTheAnswer => {
                let status = self.serve(form).status;
                answered(answer(status, Body::Cut))
            }
            Conduct::Hangs { served } => {
                if served {
                    self.serve(form);
                }
                None
            }
            Conduct::TooMany { retry_after } => answered(patient(429, retry_after)),
            Conduct::Fails(status) => answered(patient(status, None)),
            Conduct::FailsInJson(status) => answered(oauth_error(status, "invalid_grant")),
            Conduct::Html(status) => answered(html(status)),
            Conduct::Refuses(status, error) => answered(oauth_error(status, error)),
            Conduct::GivesNoToken => answered(json(200, &[("token_type", text("Bearer"))])),
            Conduct::Redirects => answered(html(0)),
        }
    }

    fn serve(&mut self, form: &Form) -> Response {
        match form.get("grant_type") {
            Some("password") => self.password(form),
            Some("refresh_token") => self.refreshed(form.get("refresh_token").unwrap_or_default()),
            _ => oauth_error(400, "unsupported_grant_type"),
        }
    }

    fn password(&mut self, form: &Form) -> Response {
        let (username, password) = (form.get("username").unwrap_or(""), form.get("password").unwrap_or(""));
        let known = match username {
            "guest" => password == "guest",
            user => USERS.contains(&user) && password == PASSWORD,
        };
        if !known {
            return oauth_error(400, "invalid_grant");
        }
        let visitor = form.get("visitor_access_token").and_then(|token| self.living_visitor(token));
        let user = username.to_owned();
        self.families.push(Family {
            user,
            refresh: None,
            access: String::new(),
            dead: false,
            previous: None,
            carried: visitor,
        });
        let family = self.families.len() - 1;
        if self.rotation != Rotation::Never {
            self.new_refresh_token(family);
        }
        self.grant(family, true)
    }

    fn living_visitor(&self, token: &str) -> Option<usize> {
        let family = self.family_of_access(token)?;
        let known = &self.families[family];
        (known.is_guest() && !known.dead && known.access == token).then_some(family)
    }

    fn refreshed(&mut self, token: &str) -> Response {
        let Some(family) = self.family_of_refresh(token) else { return self.dead() };
        if !self.is_honoured(token) {
            self.families[family].dead |= self.rotation == Rotation::DetectsReuse;
            return self.dead();
        }
        let current = self.families[family].refresh.as_deref() == Some(token);
        if current && matches!(self.rotation, Rotation::Rotates | Rotation::Grace | Rotation::DetectsReuse) {
            self.families[family].previous = Some((token.to_owned(), self.now));
            self.new_refresh_token(family);
        }
        self.grant(family, self.rotation != Rotation::Omits)
    }

    /// Whether a refresh with this token would be granted.
    pub fn is_honoured(&self, token: &str) -> bool {
        let Some(family) = self.family_of_refresh(token).map(|at| &self.families[at]) else { return false };
        let current = family.refresh.as_deref() == Some(token);
        let previous = family.previous.as_ref().is_some_and(|(previous, at)| {
            self.rotation == Rotation::Grace && previous == token && self.now - at < GRACE
        });
        !family.dead && (current || previous)
    }

    fn dead(&self) -> Response {
        match self.dialect {
            Dialect::OAuth2 => oauth_error(400, "invalid_grant"),
            Dialect::Oro => oauth_error(401, "invalid_request"),
        }
    }

    fn revoke(&mut self, form: &Form) -> Response {
        if let Some(family) = form.get("token").and_then(|token| self.family_of_refresh(token)) {
            self.families[family].dead = true;
        }
        html(200)
    }

    fn new_refresh_token(&mut self, family: usize) {
        self.families[family].refresh = Some(format!("SECRET-refresh-{}", self.refresh.len()));
        self.refresh.push(family);
    }

    fn grant(&mut self, family: usize, with_refresh_token: bool) -> Response {
        let token = format!("SECRET-access-{}", self.access.len());
        self.access.push(Issued { family, life: self.life.millis(), at: self.now });
        self.families[family].access.clone_from(&token);
        let mut members = vec![("token_type", text("Bearer")), ("access_token", text(&token))];
        members.extend(self.life.member().map(|life| ("expires_in", life)));
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

    /// The life that the server gave this token, where it said so.
    pub fn life_of(&self, token: &str) -> Option<i64> {
        self.issued(token)?.life
    }

    /// When the server gave this token.
    pub fn issued_at(&self, token: &str) -> Option<i64> {
        Some(self.issued(token)?.at)
    }

    /// Whether an API takes this token, its life aside.
    pub fn takes(&self, access_token: &str) -> bool {
        let family = self.family_of_access(access_token).map(|at| &self.families[at]);
        let kills = matches!(self.rotation, Rotation::Rotates | Rotation::DetectsReuse);
        family.is_some_and(|family| !family.dead && (!kills || family.access == access_token))
    }

    fn issued(&self, access_token: &str) -> Option<&Issued> {
        self.access.get(number(access_token, "SECRET-access-")?)
    }

    pub fn end_all(&mut self) {
        for family in &mut self.families {
            family.dead = true;
        }
    }

    pub fn visitors(&self) -> usize {
        self.families.iter().filter(|family| family.is_guest()).count()
    }
}

fn number(token: &str, kind: &str) -> Option<usize> {
    token.strip_prefix(kind)?.parse().ok()
}
