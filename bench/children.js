// Processes of Node that answer questions: `ask(name, ...args)` calls the function of that name there.
import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * @param {string} script
 * @param {string[]} args
 * @param {string[]} execArgv
 */
export function startChild(script, args = [], execArgv = []) {
  const child = fork(script, args, { execArgv, serialization: "advanced" });
  const ended = once(child, "exit");
  /** One question at a time. */
  const ask = async (/** @type {string} */ name, /** @type {unknown[]} */ ...asked) => {
    child.send([name, asked]);
    const [{ value, error }] = await Promise.race([once(child, "message"), ended.then(([code]) => [{ error: `${script} ended with ${code}.` }])]);
    if (error) throw new Error(error);
    return value;
  };
  const stop = () => (child.kill(), ended);
  return { ask, stop };
}

/** In the child. @param {Record<string, (...args: any[]) => unknown>} functions */
export function answer(functions) {
  process.on("message", async ([name, args]) => {
    try {
      process.send?.({ value: await functions[name](...args) });
    } catch (error) {
      process.send?.({ error: String(error?.stack ?? error) });
    }
  });
}
