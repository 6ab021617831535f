// @ts-check
/** Static files: the demo page and the package. */
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { htmlResponse, pathOf } from "./message.js";

/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */
/** @typedef {string | URL} Folder */

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=UTF-8",
  ".js": "text/javascript; charset=UTF-8",
  ".mjs": "text/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
  ".json": "application/json",
  ".map": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=UTF-8",
  ".ts": "text/plain; charset=UTF-8",
  ".woff2": "font/woff2",
};

/** @param {Folder} folder */
const pathTo = (folder) =>
  folder instanceof URL || folder.startsWith("file:") ? fileURLToPath(folder) : resolve(folder);

export class Pages {
  /** @param {Record<string, Folder>} mounts  from a prefix, "/" at both ends, to a folder; the longest prefix wins */
  constructor(mounts) {
    this.mounts = Object.entries(mounts)
      .map(([prefix, folder]) => ({ prefix, root: pathTo(folder) }))
      .sort((a, b) => b.prefix.length - a.prefix.length);
    const wrong = this.mounts.find(({ prefix }) => !/^\/(.*\/)?$/.test(prefix));
    if (wrong) throw new TypeError(`Mount "${wrong.prefix}" must begin and end with "/".`);
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async serve(request) {
    if (request.method !== "GET" && request.method !== "HEAD") return htmlResponse(405, "Method Not Allowed");
    const file = await this.#find(pathOf(request));
    if (file === null) return htmlResponse(404, "Not Found");
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    return { status: 200, headers: { "Content-Type": type, "Cache-Control": "no-cache" }, body: await readFile(file) };
  }

  /** @param {string} target @returns {Promise<string | null>} the file to serve; null: there is none, or it may not be served */
  async #find(target) {
    const path = decoded(target);
    const mount = path === null ? undefined : this.mounts.find(({ prefix }) => path.startsWith(prefix));
    if (path === null || !mount) return null;
    return inside(mount.root, join(mount.root, path.slice(mount.prefix.length)));
  }
}

/** Null for a path that leaves the folder or names a hidden file. @param {string} target */
function decoded(target) {
  try {
    const path = decodeURIComponent(target);
    const suspect = /[\0\\]/.test(path) || path.split("/").some((part) => part.startsWith("."));
    return suspect ? null : path;
  } catch {
    return null;
  }
}

/** Follows links, but not out of the folder. @param {string} root @param {string} wanted */
async function inside(root, wanted) {
  try {
    const file = await realpath(wanted);
    if (!`${file}${sep}`.startsWith(`${await realpath(root)}${sep}`)) return null;
    if (!(await stat(file)).isDirectory()) return file;
    return await realpath(join(file, "index.html"));
  } catch {
    return null;
  }
}
