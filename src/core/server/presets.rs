//! The presets: the profiles that the option `server` can name. `presets.txt` has each below its name, which is in
//! brackets. It is a text so that the relay, which is JavaScript, can read it too.
//!
//! `docs/servers.md` says what to know about each server, and `tests/rfc` where it is documented.
//!
//! - `oro`: `OroCommerce`, which builds on league/oauth2-server 7 and 8, with guests. The client
//!   authenticates in the body, since such a request needs no CORS preflight; up to `OroCommerce` 5.0 a
//!   preflight would not allow `Authorization`. A rejected refresh token is `401 invalid_request`.
//! - `wso2` (WSO2 API Manager and Identity Server) and `bshaffer` (oauth2-server-php) do not decode the
//!   Basic credentials.
//! - `veeam-ahv`: Veeam Backup for Nutanix AHV. It has no clients, its own names for members, times
//!   instead of lifetimes, and errors by RFC 7807.
//! - `commercetools`: the token endpoint of the customers' password flow. A guest is an anonymous
//!   session. The package does not merge it: the application does, in the function that is its option `mergeGuest`.
//! - `keycloak` tells a disabled account by `error_description`; `authlib` reports a wrong password in the same way.
//! - `oauth2orize` and `glewlwyd` send some errors without a JSON object: their rules compare the body.

use crate::core::text::split_at_byte;

const ALL: &str = include_str!("presets.txt");

/// The name and the lines of a preset.
pub(super) fn find(wanted: &str) -> Option<(&'static str, &'static str)> {
    let (_, mut presets) = split_at_byte(ALL, b'[');
    while !presets.is_empty() {
        let (preset, more) = split_at_byte(presets, b'[');
        let (name, lines) = split_at_byte(preset, b']');
        if name == wanted {
            return Some((name, lines));
        }
        presets = more;
    }
    None
}

/// The rule of RFC 6749 §5.2 for a rejected refresh token.
pub(super) const INVALID_GRANT: &str = "error=invalid_grant";

/// The lines for every server: the rules for `invalid_grant` (RFC 6749 §5.2), for the error codes of §4.1.2.1 that
/// mean a failure of the server, for the usual codes that demand a second factor, and for a refusal of the relay. The
/// first line has another name for the lifetime of the refresh token, which some servers use.
pub(super) const EVERY_SERVER: &str = "\
names refresh_expires_in refresh_token_expires_in
errors client_rejected hint=The relay refused this request.
errors login_required error=invalid_grant
errors invalid_credentials error=invalid_grant
errors mfa_required error=mfa_required
errors mfa_required error=two_factor_required
errors mfa_required error=otp_required
errors server_unavailable error=server_error
errors server_unavailable error=temporarily_unavailable";
