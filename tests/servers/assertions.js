// @ts-check
/**
 * What stories are told with.
 *
 * @typedef {import("./scenario.js").Client} Client
 * @typedef {import("./scenario.js").Server} Server
 */
import { equal, rejection } from "../support/assertions.js";

/**
 * The session ends at the next refresh, with its reason, and from then on nobody is asked.
 *
 * @param {Client} auth
 * @param {Server} server
 */
export async function endsOnce(auth, server) {
  /** @type {unknown[]} */
  const told = [];
  auth.on("sessionchange", ({ reason, session, error }) => told.push([reason, session, error?.code]));
  const before = await server.tokenRequests();
  const errors = [];
  for (let time = 0; time < 3; time += 1) errors.push(await rejection(auth.getAccessToken({ forceRefresh: true })));
  equal(
    errors.map(({ code, transient }) => [code, transient]),
    Array(3).fill(["login_required", false]),
  );
  equal([auth.session, told], [null, [["refresh-rejected", null, "login_required"]]]);
  equal((await server.tokenRequests()) - before, 1);
}

/**
 * What the API says to the client: its status, and whether it names the user.
 *
 * @param {Client} auth
 * @param {Server} server
 */
export async function nameAtApi(auth, { apiUrl, username }) {
  const answer = await auth.fetch(apiUrl);
  return [answer.status, (await answer.text()).includes(username)];
}

/**
 * A client whose requests can be repeated as they were; their status is 0 until they are answered.
 *
 * @param {import("./scenario.js").World["open"]} open
 */
export function recorded(open) {
  /** @type {{ url: string, init: RequestInit, status: number }[]} */
  const sent = [];
  /** @type {typeof globalThis.fetch} */
  const spy = async (input, { signal, ...init } = {}) => {
    const entry = { url: String(input), init, status: 0 };
    sent.push(entry);
    const answer = await fetch(input, { signal, ...init });
    entry.status = answer.status;
    return answer;
  };
  return { sent, auth: open({ fetch: spy }) };
}

/** What the API says of the client. @param {Client} auth @param {Server} server */
export const said = async (auth, { apiUrl }) => (await auth.fetch(apiUrl)).text();
