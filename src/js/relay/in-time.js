// @ts-check

/**
 * What a task gives, if it does so in time; else `late` is thrown, and the task's signal is aborted.
 * @template Value
 * @param {number} milliseconds
 * @param {unknown} late
 * @param {(signal: AbortSignal) => Promise<Value>} task
 * @returns {Promise<Value>}
 */
export async function inTime(milliseconds, late, task) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(late);
    }, milliseconds);
  });
  try {
    return await Promise.race([task(controller.signal), /** @type {Promise<never>} */ (over)]);
  } finally {
    clearTimeout(timer);
  }
}
