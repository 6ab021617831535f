// @ts-check
// The app as a program: it plays every scenario and prints a line of JSON for each, with the error or null.
import { relayed } from "./relayed.js";
import { play, scenarios } from "./scenarios.js";

/** @param {Record<string, any>} entries  of the package, by name; all but the first play one scenario only */
export async function playAll({ client, ...others }) {
  const setting = JSON.parse(process.argv[2]);
  /** @param {string} entry @param {any} module @param {string} scenario */
  const report = async (entry, module, scenario) => {
    const wrong = await play(module, scenario, setting).then(() => null, (error) => String(error?.stack ?? error));
    console.log(JSON.stringify([`${entry}: ${scenario}`, wrong]));
  };
  const names = Object.keys(scenarios);
  for (const name of names) await report("client", client, name);
  for (const [entry, module] of Object.entries({ ...others, relay: relayed(setting) })) await report(entry, module, names[0]);
}
