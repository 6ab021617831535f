// @ts-check
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The folder for cargo's output. The steps share it, and so the compiled dependencies. */
export const cargoFolder = process.env.CARGO_TARGET_DIR ?? join(repository, "target");

/** The search path for programs: those of the set-up come first. */
export const toolsPath = join(repository, ".tools/bin") + delimiter + process.env.PATH;
