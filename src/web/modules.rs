//! JavaScript modules that only other JavaScript modules import. wasm-bindgen copies a module beside
//! its output only if Rust names it.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/bearer.js")]
#[expect(dead_code, reason = "imported by rust-bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bearerFetch)]
    fn bearer_fetch();
}

#[wasm_bindgen(module = "/src/web/client-check.js")]
#[expect(dead_code, reason = "imported by options.js")]
extern "C" {
    #[wasm_bindgen(js_name = checkClient)]
    fn check_client();
}

#[wasm_bindgen(module = "/src/web/ended-sessions.js")]
#[expect(dead_code, reason = "imported by peers.js")]
extern "C" {
    #[wasm_bindgen(js_name = endedSessions)]
    fn ended_sessions();
}

#[wasm_bindgen(module = "/src/web/list.js")]
#[expect(dead_code, reason = "imported by ended-sessions.js")]
extern "C" {
    #[wasm_bindgen(js_name = readList)]
    fn read_list();
}

#[wasm_bindgen(module = "/src/web/plain-text.js")]
#[expect(dead_code, reason = "imported by errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = plainText)]
    fn plain_text();
}

#[wasm_bindgen(module = "/src/web/presence.js")]
#[expect(dead_code, reason = "imported by front-api.js")]
extern "C" {
    fn presence();
}

#[wasm_bindgen(module = "/src/web/register.js")]
#[expect(dead_code, reason = "imported by peers.js")]
extern "C" {
    #[wasm_bindgen(js_name = otherPages)]
    fn other_pages();
}

#[wasm_bindgen(module = "/src/web/redirects.js")]
#[expect(dead_code, reason = "imported by rust-bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = followRedirects)]
    fn follow_redirects();
}

#[wasm_bindgen(module = "/src/web/secrets.js")]
#[expect(dead_code, reason = "imported by fetch.js")]
extern "C" {
    #[wasm_bindgen(js_name = secretFinder)]
    fn secret_finder();
}

#[wasm_bindgen(module = "/src/web/server-profile.js")]
#[expect(dead_code, reason = "imported by options.js")]
extern "C" {
    #[wasm_bindgen(js_name = profileLines)]
    fn profile_lines();
}

#[wasm_bindgen(module = "/src/web/validation.js")]
#[expect(dead_code, reason = "imported by options.js")]
extern "C" {
    fn invalid();
}
