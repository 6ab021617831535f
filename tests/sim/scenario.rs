//! A random scenario of one page: the options, how the server behaves, and what happens step by step.

use storefront_token_client::core::config::{Config, Guest, Options, RefreshMode, StorageKind, Url};
use storefront_token_client::core::time::Millis;
use storefront_token_client::core::token::ClientSecret;

use crate::api::Api;
use crate::dialect::Dialect;
use crate::disk::Health;
use crate::rng::Rng;
use crate::server::{Conduct, ExpiresIn, Rotation, USERS};
use crate::timers::Timers;

pub const TOKEN_ENDPOINT: &str = "https://shop.example/oauth2-token";
pub const CLIENT_ID: &str = "shop";
pub const REVOCATION: &str = "https://shop.example/revoke";

#[derive(Clone, Debug)]
pub struct Scenario {
    pub seed: u64,
    pub dialect: Dialect,
    pub rotation: Rotation,
    pub guest: bool,
    pub on_demand: bool,
    pub lead_secs: Option<u64>,
    pub refresh_expires_in: Option<u32>,
    pub timeout: i64,
    pub revokes: bool,
    pub disk_delay: i64,
    pub shares: bool,
    /// Whether the host has locks.
    pub locks: bool,
    pub storage: StorageKind,
    pub steps: Vec<Step>,
    /// Whether the front answers from leases.
    pub leases: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    GetToken {
        min_secs: u64,
        force: bool,
    },
    GetSession,
    /// An API rejects one of the last tokens: the page asks for a newer one.
    Replace {
        back: usize,
    },
    /// A request with the bearer `fetch`.
    Fetch(Api),
    SignIn {
        user: usize,
        right: bool,
    },
    /// To adopt the tokens that another client was granted so long ago, or those of the last adoption again.
    Adopt {
        user: &'static str,
        age: i64,
        again: bool,
    },
    SignInAsGuest,
    SignOut,
    Cancel {
        which: usize,
    },
    Pass(i64),
    Sleep(i64),
    SetClock(i64),
    Reload {
        /// Whether the writes that are under way still reach the storage.
        lands: bool,
    },
    Dispose,
    Wake,
    Hide,
    Show,
    Offline,
    Online,
    /// The session gets inputs that it has had before, and inputs that it did not ask for.
    OldInputs,
    Serve(Conduct),
    ExpiresIn(ExpiresIn),
    /// The server ends all sessions.
    EndAll,
    /// The server revokes the access tokens, and the page sends a request.
    RevokeAccessTokens,
    Latency(i64),
    Disk(Health),
    Timers(Timers),
    Lock(i64),
    Clear,
    Damage,
}

impl Scenario {
    pub fn random(seed: u64) -> Scenario {
        let rng = &mut Rng::new(seed);
        let count = 8 + rng.below(28);
        let dialect = dialect(rng);
        Scenario {
            seed,
            dialect,
            rotation: rotation(rng),
            // A guest whose refresh token makes the server fail is kept, and never replaced.
            guest: dialect != Dialect::Fails && !rng.one_in(4),
            on_demand: rng.one_in(3),
            lead_secs: rng.pick(&[None, None, Some(0), Some(10), Some(100_000)]),
            refresh_expires_in: rng.pick(&[None, None, Some(3), Some(40), Some(1_800), Some(86_400)]),
            timeout: rng.pick(&[15_000, 15_000, 2_000, 60_000, 200_000]),
            revokes: rng.one_in(3),
            disk_delay: rng.pick(&[0, 0, 1, 30, 700, 6_000]),
            shares: rng.one_in(2),
            locks: !rng.one_in(4),
            storage: rng.pick(&[
                StorageKind::Page,
                StorageKind::Page,
                StorageKind::Origin,
                StorageKind::Custom { has_lock: false },
                StorageKind::Custom { has_lock: true },
            ]),
            steps: (0..count).map(|_| step(rng)).collect(),
            leases: rng.one_in(2),
        }
    }

    /// Whether a record that is missing from the storage says nothing of the session.
    pub fn outlives_its_record(&self) -> bool {
        self.shares && matches!(self.storage, StorageKind::Page | StorageKind::Origin)
    }

    pub fn config(&self) -> Config {
        let mut options = Options::new(url(TOKEN_ENDPOINT));
        options.server = Some(self.dialect.profile().to_owned());
        options.client_id = Some(String::from(CLIENT_ID));
        options.client_secret = Some(ClientSecret::new("SECRET-client"));
        options.guest = if self.guest { guest() } else { Guest::Never };
        options.refresh = if self.on_demand { RefreshMode::OnDemand } else { RefreshMode::Background };
        options.refresh_lead_time = self.lead_secs.map(Millis::from_secs);
        options.timeout = Some(Millis::new(self.timeout as u64));
        options.storage = self.storage;
        options.has_peers = self.shares;
        options.has_locks = self.locks || self.storage == StorageKind::Custom { has_lock: true };
        options.revocation_endpoint = self.revokes.then(|| REVOCATION.to_owned());
        Config::new(options).unwrap()
    }
}

/// Credentials that make a guest, whatever the server's profile.
pub fn guest() -> Guest {
    use storefront_token_client::core::token::Credentials;
    Guest::With(Credentials::new("guest", "guest"))
}

pub fn url(href: &str) -> Url {
    Url { href: href.to_owned(), origin: String::from("https://shop.example") }
}

pub fn dialect(rng: &mut Rng) -> Dialect {
    use Dialect::{Empty, Fails, Forbids, InvalidRequest, OAuth2, Oro, TokenInactive};
    rng.pick(&[Oro, Oro, Oro, OAuth2, OAuth2, InvalidRequest, TokenInactive, Forbids, Empty, Fails])
}

fn rotation(rng: &mut Rng) -> Rotation {
    use Rotation::{DetectsReuse, Grace, Keeps, Never, Omits, Rotates};
    rng.pick(&[Rotates, Rotates, Rotates, Grace, DetectsReuse, Keeps, Omits, Never])
}

fn step(rng: &mut Rng) -> Step {
    match rng.below(48) {
        40..=42 => {
            Step::Fetch(rng.pick(&[Api::Honest, Api::Honest, Api::Honest, Api::Rejects, Api::Overloaded]))
        }
        43..=47 => Step::RevokeAccessTokens,
        0..=8 => Step::GetToken { min_secs: rng.pick(&[0, 0, 0, 20, 4_000]), force: rng.one_in(8) },
        9 => Step::GetSession,
        10..=12 => Step::Replace { back: rng.pick(&[0, 0, 1, 2]) },
        13 => Step::SignIn { user: rng.below(2) as usize, right: !rng.one_in(3) },
        14 => Step::SignInAsGuest,
        15 => Step::SignOut,
        16 => Step::Cancel { which: rng.below(3) as usize },
        17..=25 => Step::Pass(span(rng)),
        26 => Step::Sleep(span(rng)),
        27 => Step::SetClock(rng.pick(&[-86_400_000, -3_000, -20_000, -4_000_000, 20_000, 86_400_000])),
        28 => Step::Reload { lands: rng.one_in(2) },
        29 => rng.pick(&[Step::Wake, Step::Online, Step::Offline, Step::OldInputs, Step::OldInputs]),
        30..=33 => Step::Serve(conduct(rng)),
        34..=35 => Step::ExpiresIn(expires_in(rng)),
        36 => Step::EndAll,
        37 => Step::Latency(rng.pick(&[0, 20, 300, 3_000, 25_000, 100_000, 140_000])),
        38 => {
            Step::Disk(rng.pick(&[Health::Works, Health::Works, Health::Throws, Health::Full, Health::Hangs]))
        }
        _ => rare(rng),
    }
}

fn rare(rng: &mut Rng) -> Step {
    match rng.below(10) {
        0 => Step::Dispose,
        1 => Step::Damage,
        2 => rng.pick(&[Step::Hide, Step::Clear]),
        3 => Step::Show,
        4 => Step::Online,
        5 => Step::Lock(rng.pick(&[0, 3, 400, 20_000])),
        6 | 7 => Step::Adopt {
            user: rng.pick(&[USERS[0], USERS[1], "guest"]),
            age: rng.pick(&[0, 5_000, 4_000_000]),
            again: rng.one_in(3),
        },
        _ => Step::Timers(rng.pick(&[Timers::OnTime, Timers::OnTime, Timers::Late(60_000), Timers::Never])),
    }
}

fn span(rng: &mut Rng) -> i64 {
    let scale = rng.pick(&[10, 1_000, 10_000, 60_000, 600_000, 4_000_000, 20_000_000]);
    1 + rng.below(scale) as i64
}

fn conduct(rng: &mut Rng) -> Conduct {
    use Conduct::*;
    rng.pick(&[
        Serves,
        Serves,
        Serves,
        Serves,
        Serves,
        DropsBefore,
        DropsAfter,
        CutsTheResponse,
        Hangs { served: false },
        Hangs { served: true },
        TooMany { retry_after: None },
        TooMany { retry_after: Some(3) },
        TooMany { retry_after: Some(90) },
        TooMany { retry_after: Some(u64::MAX) },
        Fails(503),
        FailsInJson(500),
        Html(200),
        Html(400),
        Html(401),
        Empty(400),
        Empty(403),
        Refuses(401, "invalid_client"),
        Refuses(400, "invalid_request"),
        Refuses(401, "invalid_request"),
        Refuses(400, "invalid_grant"),
        GivesNoToken,
        Redirects,
    ])
}

fn expires_in(rng: &mut Rng) -> ExpiresIn {
    let secs = ExpiresIn::Secs;
    rng.pick(&[
        secs(0.0),
        secs(1.0),
        secs(5.0),
        secs(30.0),
        secs(30.0),
        secs(3_600.0),
        secs(2_592_000.0),
        secs(9.007e15),
        secs(1.5),
        secs(-5.0),
        secs(1e300),
        ExpiresIn::Text("3600"),
        ExpiresIn::Null,
        ExpiresIn::Missing,
    ])
}
