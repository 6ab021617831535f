// @ts-check
/** Tokens on disk, one file each, for libraries without a store. `take` removes a file, so that a token is used once. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {"access" | "refresh"} Kind */

export class TokenStore {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    for (const kind of ["access", "refresh"]) mkdirSync(join(folder, kind), { recursive: true });
  }

  /** @param {Kind} kind @param {string} token @param {object} record */
  put(kind, token, record) {
    writeFileSync(this.#path(kind, token), JSON.stringify(record));
  }

  /** @param {Kind} kind @param {string} token @returns {any} the record, or null */
  get(kind, token) {
    try {
      return JSON.parse(readFileSync(this.#path(kind, token), "utf8"));
    } catch {
      return null;
    }
  }

  /** @param {Kind} kind @param {string} token @returns {boolean} whether the token was there */
  take(kind, token) {
    try {
      unlinkSync(this.#path(kind, token));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {Kind} kind */
  clear(kind) {
    for (const path of this.#paths(kind)) rmSync(path);
  }

  /** @param {Kind} kind @param {(record: any) => object} changed */
  change(kind, changed) {
    for (const path of this.#paths(kind)) writeFileSync(path, JSON.stringify(changed(JSON.parse(readFileSync(path, "utf8")))));
  }

  /** @param {Kind} kind */
  #paths(kind) {
    return readdirSync(join(this.folder, kind)).map((name) => join(this.folder, kind, name));
  }

  /** @param {Kind} kind @param {string} token */
  #path(kind, token) {
    return join(this.folder, kind, createHash("sha256").update(token).digest("hex"));
  }
}
