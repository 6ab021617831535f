// @ts-check
// The app as a program: it plays every story, and prints a line of JSON for each with what went wrong, or null.
import { relayed } from "./relayed.js";
import { play, scenarios } from "./scenarios.js";

/** @param {Record<string, any>} entries of the package, by name; of all but the first, one story */
export async function playAll({ client, ...others }) {
  const setting = JSON.parse(process.argv[2]);
  /** @param {string} entry @param {any} module @param {string} story */
  const tell = async (entry, module, story) => {
    const wrong = await play(module, story, setting).then(() => null, (error) => String(error?.stack ?? error));
    console.log(JSON.stringify([`${entry}: ${story}`, wrong]));
  };
  const names = Object.keys(scenarios);
  for (const name of names) await tell("client", client, name);
  for (const [entry, module] of Object.entries({ ...others, relay: relayed(setting) })) await tell(entry, module, names[0]);
}
