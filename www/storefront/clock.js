// @ts-check
/**
 * A clock that a test moves. Give `clock.now` to the storefront as `now`. The client has the clock of its host: to move
 * both, fake the host's timers, which the storefront follows by default.
 *
 * @param {number} [start] milliseconds since 1970
 */
export function testClock(start = Date.UTC(2030, 0, 1)) {
  let time = start;
  return {
    now: () => time,
    /** @param {number} seconds */
    advance(seconds) {
      if (!(seconds >= 0)) throw new RangeError(`A clock goes ahead by 0 seconds or more, not by ${seconds}.`);
      time += seconds * 1000;
    },
  };
}
