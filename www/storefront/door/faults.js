// @ts-check
/** How each fault looks on the wire. What kinds there are, and when they hit, is in fault-settings.js. */
import { Readable } from "node:stream";
import { variantOf } from "./fault-settings.js";
import { emptyAnswer, htmlAnswer, send } from "./message.js";

/** @typedef {import("./fault-settings.js").Fault} Fault */
/** @typedef {import("./message.js").Answer} Answer */
/** @typedef {import("./message.js").Response} Response */
/** @typedef {import("./pauses.js").Pauses} Pauses */
/** @typedef {{ status: number | null, deliver: (response: Response) => void }} Outcome  null: no answer */

/** Where the fault `redirect` sends its callers. */
export const ELSEWHERE = "/_storefront/elsewhere";

/** @param {Answer} answer @returns {Outcome} */
export const plain = (answer) => ({ status: answer.status, deliver: (response) => send(response, answer) });

/** @type {Outcome} */
const dropped = { status: null, deliver: (response) => response.socket?.destroy() };

/** @param {Pauses} pauses @returns {Outcome} */
const hanging = (pauses) => ({ status: null, deliver: (response) => pauses.hold(response) });

const READABLE = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After" };

/** @param {Answer} answer @param {Fault} fault @returns {Answer} */
function fromProxy({ status, headers, body }, { retryAfter, cors }) {
  const all = { ...headers };
  if (retryAfter !== undefined) all["Retry-After"] = String(retryAfter);
  if (cors) Object.assign(all, READABLE);
  return { status, headers: all, body };
}

/** @type {Record<string, (fault: Fault) => Answer>} */
const pages = {
  429: (fault) => fromProxy(htmlAnswer(429, "Too Many Requests"), { retryAfter: 1, ...fault }),
  500: (fault) => fromProxy(htmlAnswer(500, "Internal Server Error"), fault),
  503: (fault) => fromProxy(htmlAnswer(503, "Service Unavailable"), fault),
  html: (fault) => fromProxy(htmlAnswer(200, "Welcome to the guest network"), fault),
  "html-403": (fault) => fromProxy(htmlAnswer(403, "Forbidden"), fault),
  redirect: (fault) => fromProxy(emptyAnswer(307, { Location: ELSEWHERE }), fault),
};

/** A fault that hits before the request is looked at. @param {Fault} fault @param {Pauses} pauses @returns {Outcome} */
export function instead(fault, pauses) {
  if (fault.kind === "drop-before") return dropped;
  if (fault.kind === "hang") return hanging(pauses);
  return plain(pages[fault.kind](fault));
}

/** @type {Record<string, (answer: Answer, variant: string | undefined) => Outcome>} */
const manglers = {
  "drop-after": () => dropped,
  truncated: (answer, variant) => (variant === "inconsistent" ? cutShort(answer) : plain(halved(answer))),
  empty: (answer) => plain({ ...answer, body: "" }),
  array: (answer) => plain({ ...answer, body: `[${answer.body}]` }),
  huge: (answer) => ({ status: answer.status, deliver: (response) => stream(response, answer) }),
  "garbage-token": (answer, variant) => plain(withoutGoodToken(answer, variant)),
};

/** A fault that hits the answer to a request that was carried out. @param {Fault} fault @param {Answer} answer */
export const mangled = (fault, answer) => manglers[fault.kind](answer, variantOf(fault));

/** @param {Answer} answer */
const halved = (answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) });

/** @param {Answer} answer @returns {Outcome} */
function cutShort(answer) {
  const length = String(Buffer.byteLength(answer.body));
  const deliver = (/** @type {Response} */ response) => {
    response.writeHead(answer.status, { ...answer.headers, "Content-Length": length });
    response.write(halved(answer).body, () => response.socket?.destroySoon());
  };
  return { status: answer.status, deliver };
}

/** @type {Record<string, unknown>} */
const garbage = { missing: undefined, number: 12345, empty: "", "line-breaks": "line\r\nbreak\nbreak" };

/** @param {Answer} answer @param {string | undefined} variant @returns {Answer} */
function withoutGoodToken(answer, variant = "") {
  const value = JSON.parse(answer.body.toString());
  const name = ["access_token", "accessToken"].find((each) => each in value);
  if (name === undefined) return answer;
  return { ...answer, body: JSON.stringify({ ...value, [name]: garbage[variant] }) };
}

const PIECE = "a".repeat(1 << 16);
const PIECES = 800;

function* hugeBody() {
  yield '{"token_type":"Bearer","expires_in":3600,"access_token":"';
  for (let piece = 0; piece < PIECES; piece += 1) yield PIECE;
  yield '"}';
}

/** @param {Response} response @param {Answer} answer */
function stream(response, { status, headers }) {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  const body = Readable.from(hugeBody());
  response.once("close", () => body.destroy());
  body.pipe(response);
}
