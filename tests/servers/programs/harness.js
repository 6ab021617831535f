// @ts-check
/** What the servers for Node share: they listen, log and take commands as harness.py describes. */
// @ts-expect-error: it has no types
import cors from "cors";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

/**
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {import("node:http").ServerResponse} Response
 */

export const settings = JSON.parse(process.argv[2]);

/**
 * @param {(request: Request, response: Response) => unknown} handler
 * @param {Record<string, (value: any) => unknown>} commands
 */
export function serve(handler, commands) {
  const allow = cors({ origin: settings.origins });
  const server = createServer((request, response) => {
    logBeforeHead(request, response);
    allow(request, response, () => handler(request, response));
  });
  server.listen(settings.port, "127.0.0.1", () => report({ port: /** @type {any} */ (server.address()).port }));
  createInterface({ input: process.stdin })
    .on("line", async (line) => {
      const { command, value } = JSON.parse(line);
      await commands[command](value);
      report({ done: command });
    })
    .on("close", () => process.exit());
}

/** The line is in the log before the client gets the response. @param {Request} request @param {Response} response */
function logBeforeHead({ method, url = "" }, response) {
  const [path] = url.split("?");
  const { writeHead } = response;
  /** @param {[number, ...any]} head */
  response.writeHead = (...head) => {
    appendFileSync(settings.log, `${JSON.stringify({ method, path, status: head[0] })}\n`);
    return Reflect.apply(writeHead, response, head);
  };
}

/** The parameters of a form. @param {Request} request @returns {Promise<Record<string, string>>} */
export async function formOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return Object.fromEntries(new URLSearchParams(text));
}

/** @param {Response} response @param {number} status @param {object} [body] @param {object} [headers] */
export function sendJson(response, status, body = {}, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** @param {string | undefined} username @param {string | undefined} password */
export const isUser = (username, password) =>
  username === settings.username && password === settings.password && !locked;

/** Whether the administrator has locked the user. */
export let locked = false;

/** Commands that any server with a TokenStore can carry out. @param {import("./token-store.js").TokenStore} tokens */
export const tokenCommands = (tokens) => ({
  endAccessTokens: () => tokens.clear("access"),
  deleteRefreshTokens: () => tokens.clear("refresh"),
  lockUser: (/** @type {boolean} */ value) => void (locked = value),
});

/** @param {object} fact */
const report = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);
