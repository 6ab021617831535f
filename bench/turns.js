/**
 * Lets all take a turn in each round, so that other work of the machine disturbs all of them alike. None is always the first.
 *
 * @template {string} Name
 * @param {Name[]} names
 * @param {number} rounds
 * @param {(name: Name) => unknown} task
 * @returns {Promise<Record<Name, any[]>>} what each turn returned
 */
export async function inTurns(names, rounds, task) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) results[name].push(await task(name));
  }
  return results;
}

/** The same with one more round before, which does not count. @type {typeof inTurns} */
export async function afterWarmUp(names, rounds, task) {
  await inTurns(names, 1, task);
  return inTurns(names, rounds, task);
}
