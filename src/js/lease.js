// @ts-check
// Leases: for how long a token may be given out without asking the core. src/core/lease.rs has the rule, which the core
// has applied; nothing is decided here. An unusual record is left to the core.

import { isText } from "../web/validation.js";

/**
 * @typedef {object} Lease
 * @property {object} session
 * @property {string} token
 * @property {string} [userSession] the id of the session, if it is a user's
 * @property {number} from milliseconds since 1970
 * @property {number} until
 * @property {number} [end] the same moment as `until`, by the monotonic clock
 *
 * @typedef {object} Clocks
 * @property {number} wall milliseconds since 1970
 * @property {number} mono milliseconds of a clock that never goes back
 */

/** @typedef {{ tokenEndpoint: string, clientId?: string }} Owner */

const VERSION = 1;

/**
 * The record in this text, if it is an ordinary one of this client's.
 * @param {unknown} text
 * @param {Owner} owner
 * @returns {any}
 */
export function recordOf(text, { tokenEndpoint, clientId }) {
  const record = parse(text);
  const isOurs = record?.version === VERSION && record.token_endpoint === tokenEndpoint && record.client_id === clientId;
  const isOrdinary =
    isOurs &&
    record.signing_out === undefined &&
    /^[0-9a-f]{16}$/.test(record.id) &&
    /^(guest|user)$/.test(record.subject) &&
    isText(record.access_token) &&
    /^[!-~]+$/.test(record.access_token) &&
    (record.scope === undefined || typeof record.scope === "string") &&
    Number.isFinite(record.sent_at);
  return isOrdinary ? record : undefined;
}

/** @param {unknown} text */
function parse(text) {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The lease of a record.
 * @param {any} record
 * @param {object} session
 * @returns {Lease | undefined}
 */
export function leaseOf({ id, subject, access_token: token, sent_at, lifetime, lease_from: from, lease_until: until, ...more }, session) {
  const isCertain = more.refresh_sent_at === undefined && more.refused === undefined;
  const isBounded = [lifetime, from, until].every(Number.isFinite) && sent_at <= from && until <= sent_at + lifetime;
  return isCertain && isBounded ? { session, token, userSession: subject === "user" ? id : undefined, from, until } : undefined;
}

/**
 * Whether the lease holds now. The first look notes when it ends by the monotonic clock.
 * @param {Lease} lease
 * @param {Clocks} now
 */
export function isWithin(lease, { wall, mono }) {
  lease.end ??= mono + lease.until - wall;
  return lease.from <= wall && wall < lease.until && mono < lease.end;
}
