// A session in a process of Node of its own.
import { answer } from "../children.js";
import { startSession } from "../session.js";

let session;

answer({
  start: async (script, place) => void (session = await startSession(script, place)),
  measure: (name, ...args) => session[name](...args),
  /** The CPU time so far, in milliseconds. */
  cpuTime: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** Bytes in use. */
  memory: async () => {
    // What finalizers hold becomes free one after the other.
    for (let time = 0; time < 5; time++) {
      gc();
      await new Promise(setImmediate);
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
});
