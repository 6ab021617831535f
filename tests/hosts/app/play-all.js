// @ts-check
// The app as a program: it plays every story, and prints a line of JSON for each: what went wrong, or null.
import { play, stories } from "./stories.js";

/** @param {typeof import("storefront-token-client")} client */
export async function playAll(client) {
  const setting = JSON.parse(process.argv[2]);
  for (const story of Object.keys(stories)) {
    const wrong = await play(client, story, setting).then(() => null, (error) => String(error?.stack ?? error));
    console.log(JSON.stringify([story, wrong]));
  }
}
