// @ts-check
// What a page's client concludes from an error response, by the rules of the dialect and of RFC 6749.

/** @typedef {import("./dialect.js").Dialect} Dialect */

/** Verdicts about a session or a password. Only the server may give them. */
const VERDICTS = ["login_required", "invalid_credentials", "account_locked", "mfa_required"];

/** RFC 6749 §5.2: an invalid grant is a wrong password or a rejected refresh token, whatever the dialect says. */
const RFC_6749_RULE = "error=invalid_grant";

/**
 * The verdicts whose rules match this response. src/core matches the rules of the dialect in the same way, and takes
 * `invalid_grant` for fewer verdicts. It knows three more errors for `mfa_required`, none of which the relay sends.
 * @param {Dialect} dialect
 * @param {{ status: number, type: string, members: Record<string, unknown> }} response
 */
export function verdicts(dialect, { status, type, members }) {
  const holds = (/** @type {string} */ condition) => {
    const [name, value] = nameAndValue(condition);
    if (name === "status") return Number(value) === status;
    // The text of a response that is not a JSON object.
    if (name === "body") return false;
    return value === (name === "contentType" ? type : textOf(dialect, members, name) ?? "");
  };
  return VERDICTS.filter((code) => rules(dialect, code).some((rule) => rule.split("\t").every(holds)));
}

/** The texts that the rules of the dialect compare with a response. @param {Dialect} dialect */
export function ruleTexts(dialect) {
  const codes = [...VERDICTS, "client_rejected", "server_unavailable"];
  const conditions = codes.flatMap((code) => rules(dialect, code)).flatMap((rule) => rule.split("\t"));
  return conditions.map((condition) => nameAndValue(condition)[1]);
}

/**
 * A member of a response, under its name in RFC 6749 or another that the dialect has for it.
 * @param {Dialect} dialect
 * @param {Record<string, unknown>} members
 * @param {string} name
 * @returns {string | undefined}
 */
export function textOf(dialect, members, name) {
  const present = dialect.names(name).find((each) => Object.hasOwn(members, each) && members[each] !== null);
  const value = present === undefined ? undefined : members[present];
  return typeof value === "string" ? value : undefined;
}

/** @param {Dialect} dialect @param {string} code */
const rules = (dialect, code) => [RFC_6749_RULE, ...dialect.values(`errors ${code}`)];

/** @param {string} condition @returns {[name: string, value: string]} */
function nameAndValue(condition) {
  const at = condition.indexOf("=");
  return [condition.slice(0, at), condition.slice(at + 1)];
}
