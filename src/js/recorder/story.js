// @ts-check
// Prints a replay.

/**
 * @typedef {object} Replay a replayed recording, as src/recorder/replay.rs describes it
 * @property {string[]} notes
 * @property {Step[]} steps
 * @property {number} differences
 *
 * @typedef {object} Step
 * @property {number} at milliseconds since 1970
 * @property {string} input
 * @property {string[]} decisions
 * @property {[recorded: string[], replayed: string[]] | null} difference
 */

/** @param {Replay} replay */
export function story({ notes, steps, differences }) {
  const began = steps[0]?.at;
  const end =
    differences === 0
      ? `The core decides the same again: ${steps.length} inputs, no difference.`
      : `The core decides otherwise now: ${differences} of ${steps.length} inputs differ. Another version wrote the recording, or it was changed.`;
  return { story: [...notes, ...steps.map((step) => paragraph(step, began)), end].join("\n"), differences };
}

/** @param {Step} step @param {number} began */
function paragraph({ at, input, decisions, difference }, began) {
  const since = `+${((at - began) / 1000).toFixed(3)} s`;
  const lines = decisions.map((decision) => `    ${decision}`);
  const differs = difference ? [`    DIFFERS. Recorded: ${difference[0].join("; ")}. Replayed: ${difference[1].join("; ")}.`] : [];
  return [`${new Date(at).toISOString()}  ${since}  ${input}`, ...lines, ...differs].join("\n");
}
