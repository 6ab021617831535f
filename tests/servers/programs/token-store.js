// @ts-check
/** Tokens on disk, one file each, for libraries without a store. `take` removes a file, so that a token is used once. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export class TokenStore {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
  }

  /** @param {string} kind @param {string} token @param {object} record */
  put(kind, token, record) {
    writeFileSync(this.#path(kind, token), JSON.stringify(record));
  }

  /** @param {string} kind @param {string} token @returns {any} the record, or null */
  get(kind, token) {
    try {
      return JSON.parse(readFileSync(this.#path(kind, token), "utf8"));
    } catch {
      return null;
    }
  }

  /** @param {string} kind @param {string} token @returns {boolean} whether the token was there */
  take(kind, token) {
    try {
      unlinkSync(this.#path(kind, token));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {string} kind */
  clear(kind) {
    this.change(kind, () => null);
  }

  /** @param {string} kind @param {(record: any) => object | null} changed  null removes the record */
  change(kind, changed) {
    for (const path of this.#paths(kind)) {
      const record = changed(JSON.parse(readFileSync(path, "utf8")));
      if (record === null) rmSync(path);
      else writeFileSync(path, JSON.stringify(record));
    }
  }

  /** @param {string} kind */
  #paths(kind) {
    const folder = this.#folder(kind);
    return readdirSync(folder).map((name) => join(folder, name));
  }

  /** @param {string} kind @param {string} token */
  #path(kind, token) {
    return join(this.#folder(kind), createHash("sha256").update(token).digest("hex"));
  }

  /** @param {string} kind */
  #folder(kind) {
    const folder = join(this.folder, kind);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}
