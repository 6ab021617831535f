// @ts-check

/**
 * Runs `task` with a time limit. When the limit is reached, `error` is thrown and the task's signal is aborted.
 * @template Value
 * @param {number} milliseconds
 * @param {unknown} error
 * @param {(signal: AbortSignal) => Promise<Value>} task
 * @returns {Promise<Value>}
 */
export async function withTimeout(milliseconds, error, task) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([task(controller.signal), /** @type {Promise<never>} */ (expired)]);
  } finally {
    clearTimeout(timer);
  }
}
