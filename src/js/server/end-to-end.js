// @ts-check
// The headers of an API's response that are not for the browser.

/** Headers of one connection, besides those that `Connection` names (RFC 9110 §7.6.1). */
const HOP_BY_HOP = ["Connection", "Keep-Alive", "Proxy-Connection", "Trailer", "Transfer-Encoding", "Upgrade"];

/** What an API says to shared caches, which takes precedence over `Cache-Control` there (RFC 9213 §2.1). */
const FOR_CACHES = /^(.*-cache|surrogate)-control$/i;

/** The characters of a header's name (RFC 9110 §5.6.2). */
const NAMES = /[\w!#$%&'*+.^`|~-]+/g;

/** The content codings that Node decodes. */
const CODINGS = ["gzip", "x-gzip", "deflate", "br"];

/**
 * The content codings that `fetch` decodes in other runtimes: one, not several, such as `gzip, br`. workerd passes the body on
 * as it came, or encodes it again as the header says.
 *
 * @type {Record<string, string[]>}
 */
const ELSEWHERE = { Bun: [...CODINGS, "zstd"], Deno: ["gzip", "br"], "Cloudflare-Workers": [] };

/**
 * Removes the headers that are not for the browser.
 *
 * The API's cookies are for this server, which is the API's client. In the browser they would be cookies of this server's
 * site, and one of them could replace the cookie of the session.
 *
 * @param {Headers} headers of a response to `fetch`
 */
export function keepEndToEnd(headers) {
  const named = headers.get("Connection")?.match(NAMES) ?? [];
  const forCaches = [...headers.keys()].filter((name) => FOR_CACHES.test(name));
  for (const name of [...named, ...HOP_BY_HOP, ...forCaches, "Set-Cookie"]) headers.delete(name);
  if (isDecoded(headers.get("Content-Encoding") ?? "")) for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
}

/** Whether `fetch` has decoded a body of this `Content-Encoding`. It leaves the headers as they came. @param {string} coding */
function isDecoded(coding) {
  const { navigator, process } = /** @type {any} */ (globalThis);
  const elsewhere = ELSEWHERE[navigator?.userAgent?.split("/")[0]];
  if (elsewhere) return elsewhere.includes(coding.toLowerCase());
  const [major, minor] = (process?.versions?.undici ?? "").split(".").map(Number);
  const decodesZstd = major > 7 || (major === 7 && minor >= 11);
  return coding
    .toLowerCase()
    .split(",")
    .every((name) => CODINGS.includes(name.trim()) || (decodesZstd && name.trim() === "zstd"));
}
