// @ts-check
// The caller's IP address: for the rate limiter, and for the server if the shop wants it.

/** @typedef {import("./options.js").RelayOptions} RelayOptions */
/** @typedef {{ text: string, network: string }} Address in canonical form, and its network: a household, not a device */

/**
 * Reads an address. Returns undefined for any other text, so that no text can inject a header.
 * @param {unknown} given
 * @returns {Address | undefined}
 */
export function parseAddress(given) {
  if (typeof given !== "string") return undefined;
  const text = given.trim();
  return text.includes(":") ? parseIPv6(text) : parseIPv4(text);
}

/** @param {string} text @returns {Address | undefined} */
function parseIPv4(text) {
  const isAddress = text.split(".").length === 4 && hostname(text) === text;
  return isAddress && /^[\d.]+$/.test(text) ? { text, network: text } : undefined;
}

/**
 * One household or server usually has a whole /64 network, so all its addresses count as one.
 * @param {string} text without or with a zone, as in `fe80::1%eth0`
 * @returns {Address | undefined}
 */
function parseIPv6(text) {
  const canonical = hostname(`[${text.replace(/%.*/, "")}]`)?.slice(1, -1);
  if (canonical === undefined) return undefined;
  const groups = expand(canonical);
  if (/^(0:){5}ffff:/.test(groups.join(":"))) return parseIPv4(embeddedIPv4(groups));
  return { text: canonical, network: `${groups.slice(0, 4).join(":")}::/64` };
}

/** The eight groups of a canonical address. @param {string} canonical */
function expand(canonical) {
  const [head, tail] = canonical.split("::").map((part) => part.split(":").filter(Boolean));
  if (!tail) return head;
  return [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
}

/** The last 32 bits of an IPv4-mapped address (RFC 4291 §2.5.5.2). @param {string[]} groups */
function embeddedIPv4(groups) {
  return groups
    .slice(6)
    .map((group) => parseInt(group, 16))
    .flatMap((bits) => [bits >> 8, bits & 255])
    .join(".");
}

/** @param {string} host as a URL writes it */
function hostname(host) {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

/**
 * The header that passes the address on, if the option `addressHeader` names one.
 * @param {Address | undefined} address
 * @param {RelayOptions} options
 * @returns {Record<string, string>}
 */
export function addressHeader(address, { addressHeader: name }) {
  if (!address || name === undefined) return {};
  const { text } = address;
  // RFC 7239 §6.
  const node = text.includes(":") ? `"[${text}]"` : text;
  return { [name]: name === "forwarded" ? `for=${node}` : text };
}
