// @ts-check
/**
 * The checks of a session in the scenarios of tests/servers.
 *
 * @typedef {import("./scenario.js").Client} Client
 * @typedef {import("./scenario.js").Server} Server
 */
import { equal, rejection } from "../support/assertions.js";

/**
 * Checks that the next refresh ends the session with `refresh-rejected`, and that later calls send no request. Where the
 * server's response may have another cause, a second request has to confirm it.
 *
 * @param {Client} auth
 * @param {Server} server
 * @param {boolean} [rejectsTwice]
 */
export async function endsOnce(auth, server, rejectsTwice = server.supports.rejectsTwice) {
  /** @type {unknown[]} */
  const changes = [];
  auth.on("sessionchange", ({ reason, session, error }) => changes.push([reason, session, error?.code]));
  const before = await server.tokenRequests();
  const errors = [];
  for (let time = 0; time < 3; time += 1) errors.push(await rejection(auth.getAccessToken({ forceRefresh: true })));
  equal(
    errors.map(({ code, transient }) => [code, transient]),
    Array(3).fill(["login_required", false]),
  );
  equal([auth.session, changes], [null, [["refresh-rejected", null, "login_required"]]]);
  equal((await server.tokenRequests()) - before, rejectsTwice ? 2 : 1);
}

/**
 * Asks the API who the user is: gives the status, and whether the response names the user.
 *
 * @param {Client} auth
 * @param {Server} server
 */
export async function nameAtApi(auth, { apiUrl, username }) {
  const response = await auth.fetch(apiUrl);
  return [response.status, (await response.text()).includes(username)];
}

/**
 * A client whose requests are recorded, so that a test can repeat them. The status is 0 until the response comes.
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
    const response = await fetch(input, { signal, ...init });
    entry.status = response.status;
    return response;
  };
  return { sent, auth: open({ fetch: spy }) };
}

/** The text of the API's response. @param {Client} auth @param {Server} server */
export const apiText = async (auth, { apiUrl }) => (await auth.fetch(apiUrl)).text();
