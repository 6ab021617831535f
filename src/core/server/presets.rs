//! The profiles that `server` can name. Where each is from, and what to beware of, is told in
//! `docs/servers.md`.

/// The presets by name.
pub(super) const ALL: [(&str, &str); 7] = [
    ("oauth2", ""),
    ("oro", ORO),
    ("wso2", RAW),
    ("bshaffer", RAW),
    ("veeam-ahv", VEEAM_AHV),
    ("keycloak", KEYCLOAK),
    ("commercetools", COMMERCETOOLS),
];

/// What holds for every server: RFC 6749 §5.2, and what §4.1.2.1 has for a server's own failure.
pub(super) const RFC_6749: &str = "\
errors login_required error=invalid_grant
errors invalid_credentials error=invalid_grant
errors server_unavailable error=server_error
errors server_unavailable error=temporarily_unavailable";

/// `OroCommerce`: league/oauth2-server 7 and 8, with visitors.
///
/// Form and body credentials, since such a request needs no CORS preflight; up to 5.0 a preflight
/// would not allow `Authorization` anyway. A dead refresh token is `401 invalid_request`.
const ORO: &str = "\
clientAuthentication client_secret_post
clientId required
guest username guest
guest password guest
visitorParameter visitor_access_token
errors login_required status=401\terror=invalid_request
errors account_locked hint=Account is locked.
errors account_locked hint=Account is disabled.
errors invalid_credentials status=401\terror=invalid_credentials";

/// WSO2 API Manager and Identity Server, and bshaffer's oauth2-server-php: neither decodes what
/// comes by Basic.
const RAW: &str = "\
clientAuthentication client_secret_basic_raw
clientId required";

/// Veeam Backup for Nutanix AHV. No clients, words of its own, times in place of lives, and errors
/// by RFC 7807.
const VEEAM_AHV: &str = "\
clientAuthentication none
names grant_type grantType
names username userName
names refresh_token refreshToken
names access_token accessToken
names expires_in accessTokenExpiresAt
names error_description detail
grants password Password
grants refresh_token RefreshToken
errors login_required status=400\tcontentType=application/problem+json\terror=
errors login_required status=401\tcontentType=application/problem+json\terror=
errors invalid_credentials status=401\tcontentType=application/problem+json\terror=";

/// Keycloak.
const KEYCLOAK: &str = "\
clientAuthentication client_secret_post
clientId required
errors account_locked error_description=Account disabled
errors account_locked error_description=Account is not fully set up";

/// commercetools, with the token endpoint of the customers' password flow. A visitor is an
/// anonymous session, and the merge is the shop's own request: `mergeVisitor`.
const COMMERCETOOLS: &str = "\
clientAuthentication client_secret_basic_raw
clientId required
refreshEndpoint ../../token
guestEndpoint ../anonymous/token
grants guest client_credentials
errors invalid_credentials error=invalid_customer_account_credentials";
