// The results as a table: what the code written by hand takes, and how many times as much the libraries take.
import { quantile } from "./statistics.js";

/**
 * @param {{ row: string, unit: string, values: Record<string, any[]> }[]} results
 * @param {string[]} names
 */
export function table(results, names) {
  const lines = results.map(({ row, unit, values }) => [row, ...names.map((name) => cell(name, unit, values))]);
  return [["", ...names], names.concat("").fill("---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(name, unit, values) {
  const own = values[name]?.flat().filter((value) => value !== undefined) ?? [];
  if (own.length === 0) return "–";
  // A row in `×` has ratios already, and memory can be nothing at all.
  if (unit === "×" || unit === "B" || name === HAND_WRITTEN) return `${spread(own)}${unit === "×" ? "" : ` ${unit}`}`;
  return `${spread(own.map((value, round) => value / values[HAND_WRITTEN][round]))} ×`;
}

export const HAND_WRITTEN = "hand-written";

/** The median, and the quartiles if there are any. */
function spread(numbers) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => short(quantile(numbers, part)));
  return low === high ? middle : `${middle} (${low}–${high})`;
}

const short = (number) => (Math.abs(number) < 100 ? Number(number.toPrecision(2 + (Math.abs(number) >= 10 ? 1 : 0))).toString() : Math.round(number).toLocaleString("en"));
