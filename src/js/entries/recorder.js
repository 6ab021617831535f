// @ts-check
// The entry that records: the same client, with a core that keeps its inputs and decisions. The build puts the
// WebAssembly of the recorder in the place of the core's.

import { setLoader } from "../core-connection.js";
import { loadPart } from "../core-part.js";
import { story } from "../recorder/story.js";
import * as base from "../token-client.js";
import { replay as replayed } from "../../../pkg/recorder.js";

export { TokenError } from "../token-client.js";

setLoader(loadPart);

export class TokenClient extends base.TokenClient {
  /** @param {import("./index.js").TokenClientOptions} options */
  constructor(options) {
    super(options);
    Object.defineProperty(this, "recording", { value: this.recording.bind(this), configurable: true, writable: true });
  }

  /** @returns {string | null} */
  recording() {
    const core = /** @type {import("../../../pkg/recorder.js").Core | undefined} */ (base.frontOf(this).core());
    return core ? core.recording() : null;
  }

  static get name() {
    return "TokenClient";
  }
}

/** @param {string} recording */
export async function replay(recording) {
  await loadPart();
  try {
    return story(JSON.parse(replayed(recording)));
  } catch (problem) {
    // A recording that the core cannot replay at all was changed by hand.
    throw new Error(typeof problem === "string" ? problem : "The recording is damaged.");
  }
}
