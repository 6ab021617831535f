// @ts-check
/** The option `callerAddress` of a host, as docs/relay.md gives it. */
import { readFileSync } from "node:fs";

const docs = readFileSync(new URL("../../docs/relay.md", import.meta.url), "utf8");

/** @param {string} host the first cell of its row @returns {string} */
export function addressSource(host) {
  const row = docs.split("\n").find((line) => line.startsWith(`| ${host} |`));
  const [, source] = /\| `([^`]+)` \|$/.exec(row ?? "") ?? [];
  if (!source) throw new Error(`docs/relay.md has no callerAddress for ${host}.`);
  return source;
}

/** @param {string} host @returns {(request: Request, ...host: any[]) => string} */
export const documentedAddress = (host) => new Function(`return ${addressSource(host)};`)();
