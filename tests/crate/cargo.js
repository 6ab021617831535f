// @ts-check
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Where cargo puts what it compiles. The steps share it, and with it the crates that they depend on. */
export const cargoFolder = process.env.CARGO_TARGET_DIR ?? join(repository, "target");

/** Where programs are found: those of the set-up first. */
export const toolsPath = join(repository, ".tools/bin") + delimiter + process.env.PATH;
