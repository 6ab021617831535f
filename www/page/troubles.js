// @ts-check
/** The buttons that make trouble. Each says what it does, does it, and has the list looked at afterwards. */
import * as bench from "./bench.js";
import { find, make, makeButton } from "./dom.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {{ label: string, hint: string, why: string, cause: (stage: Stage) => unknown }} Trouble */
/** @typedef {Trouble & { kind: string, end: (stage: Stage) => unknown }} Weather  stays until it is ended */

/** @type {Trouble[]} */
const everyday = [
  {
    label: "Expire now",
    hint: "refused, then replayed",
    why: "The server ends the access token early. Watch the next request: refused, one renewal, replayed.",
    cause: bench.expireAccessTokens,
  },
  {
    label: "10,000 calls",
    hint: "one request",
    why: "Ten thousand callers ask for a newer token in the same moment. Count the requests.",
    cause: (stage) => stage.stampede(),
  },
  {
    label: "Sleep an hour",
    hint: "one renewal",
    why: "The clock jumps an hour ahead, and the token died meanwhile. On waking, the client looks at the clock.",
    cause: (stage) => stage.sleep(),
  },
  {
    label: "Reload the page",
    hint: "no request",
    why: "The page goes, and the session stays in sessionStorage.",
    cause: () => location.reload(),
  },
];

/** @param {bench.Fault} fault @returns {Pick<Weather, "kind" | "cause" | "end">} */
const fault = (fault) => ({
  kind: fault.kind,
  cause: async (stage) => {
    await bench.set({ fault });
    stage.makeDue();
  },
  end: () => bench.set({ fault: null }),
});

/** @type {Weather[]} */
const weathers = [
  {
    label: "Offline",
    hint: "nothing gets out",
    why: "The network is cut and the token is due: the client backs off, and keeps the session.",
    kind: "offline",
    cause: (stage) => {
      stage.network.isCut = true;
      stage.makeDue();
    },
    end: ({ network }) => network.restore(),
  },
  {
    label: "Server error",
    hint: "500 and HTML",
    why: "The token endpoint fails and the token is due: the client backs off, and keeps the session.",
    ...fault({ kind: "500" }),
  },
  {
    label: "Too busy",
    hint: "429, wait 6 s",
    why: "The token endpoint asks for patience, and gets it: no request before the time it named.",
    ...fault({ kind: "429", retryAfter: 6 }),
  },
  {
    label: "Hotel Wi-Fi",
    hint: "a log-in page",
    why: "A captive portal answers in the server's place. Its page says nothing about the session.",
    ...fault({ kind: "html" }),
  },
  {
    label: "No answer",
    hint: "the server hangs",
    why: "The token endpoint takes the request and is silent. The same refresh token is not sent twice meanwhile.",
    ...fault({ kind: "hang" }),
  },
];

/** @param {string} kind @returns {Trouble["cause"]} */
const afterRotation = (kind) => async (stage) => {
  await bench.set({ fault: { kind, count: 1, grant: "refresh_token" } });
  await stage.renew();
};

/** @type {Trouble[]} */
const endings = [
  {
    label: "Revoke",
    hint: "the server ends the session",
    why: "The server ends every token. A visitor cannot come back from that; a customer signs in again.",
    cause: bench.revokeAll,
  },
  {
    label: "Lose the answer",
    hint: "the new token never arrives",
    why: "The server renews, kills the old token, and the answer is lost on the way. No client can mend that here.",
    cause: afterRotation("drop-after"),
  },
  {
    label: "Cut the answer",
    hint: "half of the JSON arrives",
    why: "The server renews, kills the old token, and half of the answer is missing. No client can mend that here.",
    cause: afterRotation("truncated"),
  },
];

export class Troubles {
  /** @type {Weather | null} */
  #weather = null;
  /** @type {Map<Weather, HTMLElement>} */
  #switches = new Map();

  /**
   * @param {Stage} stage
   * @param {string | undefined} kind  of the trouble that the server is in already
   * @param {() => void} survived
   */
  constructor(stage, kind, survived) {
    this.stage = stage;
    this.survived = survived;
    fill("#everyday", everyday.map((trouble) => button(trouble, () => this.#play(trouble.label, trouble.why, () => trouble.cause(stage)))));
    fill("#endings", endings.map((trouble) => button(trouble, () => this.#play(trouble.label, trouble.why, () => trouble.cause(stage)))));
    for (const weather of weathers) this.#switches.set(weather, button(weather, () => this.#turn(weather)));
    fill("#weather", [...this.#switches.values()]);
    this.#become(weathers.find((weather) => weather.kind === kind) ?? null);
  }

  /** @param {string} title @param {string} why @param {() => unknown} deed */
  async #play(title, why, deed) {
    if (await this.stage.play(title, why, deed)) this.survived();
  }

  /** @param {Weather} weather */
  async #turn(weather) {
    const { stage } = this;
    const before = this.#weather;
    const isOver = weather === before;
    this.#become(isOver ? null : weather);
    const title = isOver ? `${weather.label}: over` : weather.label;
    await this.#play(title, isOver ? "The client goes on by itself." : weather.why, async () => {
      await before?.end(stage);
      if (!isOver) await weather.cause(stage);
    });
  }

  /** @param {Weather | null} weather */
  #become(weather) {
    this.#weather = weather;
    for (const [each, element] of this.#switches) element.setAttribute("aria-pressed", String(each === weather));
    const says = weather ? `${weather.label}, until you press it again.` : "Each stays until you press it again.";
    find("#weather-says").textContent = says;
    document.body.classList.toggle("stormy", weather !== null);
  }
}

/** @param {string} place @param {HTMLElement[]} buttons */
const fill = (place, buttons) => find(place).replaceChildren(...buttons);

/** @param {Trouble} trouble @param {() => void} pressed */
const button = ({ label, hint }, pressed) =>
  makeButton({ class: "trouble" }, [make("b", {}, label), make("span", {}, hint)], pressed);
