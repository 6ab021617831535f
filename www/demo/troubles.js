// @ts-check
/** What the trouble buttons of the page do. Each says what it does, does it, and has the list looked at afterwards. */
import * as bench from "./bench.js";
import { find } from "./dom.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {{ why: string, cause: (stage: Stage) => unknown }} Trouble */
/** @typedef {Trouble & { kind: string, end: (stage: Stage) => unknown }} Weather  stays until it is ended */

/** @param {string} kind @returns {Trouble["cause"]} */
const afterRotation = (kind) => async (stage) => {
  await bench.set({ fault: { kind, count: 1, grant: "refresh_token" } });
  await stage.renew();
};

/** What happens once. @type {Record<string, Trouble>} */
const troubles = {
  expire: {
    why: "The server ends the access token early. Watch the next request: refused, one renewal, replayed.",
    cause: bench.expireAccessTokens,
  },
  stampede: {
    why: "Ten thousand callers ask for a newer token in the same moment. Count the requests.",
    cause: (stage) => stage.stampede(),
  },
  sleep: {
    why: "The clock jumps an hour ahead, and the token died meanwhile. On waking, the client looks at the clock.",
    cause: (stage) => stage.sleep(),
  },
  reload: {
    why: "The page goes, and the session stays in sessionStorage.",
    cause: () => location.reload(),
  },
  duplicate: {
    why: "Another tab with a copy of the storage, refresh token included. One of them renews, the other adopts.",
    cause: () => window.open(location.href),
  },
  revoke: {
    why: "The server ends every token. A visitor cannot come back from that; a customer signs in again.",
    cause: bench.revokeAll,
  },
  lose: {
    why: "The server renews, kills the old tokens, and the answer is lost on the way. No client can mend that here.",
    cause: afterRotation("drop-after"),
  },
  cut: {
    why: "The server renews, kills the old tokens, and half of the answer is missing. No client can mend that here.",
    cause: afterRotation("truncated"),
  },
};

/** @param {bench.Fault} fault @returns {Pick<Weather, "kind" | "cause" | "end">} */
const fault = (fault) => ({
  kind: fault.kind,
  cause: async (stage) => {
    await bench.set({ fault });
    stage.makeDue();
  },
  end: () => bench.set({ fault: null }),
});

/** @type {Record<string, Weather>} */
const weathers = {
  offline: {
    why: "The network is cut and the token is due: the client backs off, and keeps the session.",
    kind: "offline",
    cause: (stage) => {
      stage.network.isCut = true;
      stage.makeDue();
    },
    end: ({ network }) => network.restore(),
  },
  error: {
    why: "The token endpoint fails and the token is due: the client backs off, and keeps the session.",
    ...fault({ kind: "500" }),
  },
  busy: {
    why: "The token endpoint asks for patience, and gets it: no request before the time it named.",
    ...fault({ kind: "429", retryAfter: 6 }),
  },
  portal: {
    why: "A captive portal answers in the server's place. Its page says nothing about the session.",
    ...fault({ kind: "html" }),
  },
  hang: {
    why: "The token endpoint takes the request and is silent. The same refresh token is not sent twice meanwhile.",
    ...fault({ kind: "hang" }),
  },
};

export class Troubles {
  /** Called when the server was set to fail, or no longer. */
  changed = () => {};
  /** @type {Weather | null} */
  #weather = null;

  /** @param {Stage} stage @param {() => void} survived */
  constructor(stage, survived) {
    this.stage = stage;
    this.survived = survived;
    for (const [name, { why, cause }] of Object.entries(troubles)) {
      const button = buttonOf(name);
      button.addEventListener("click", () => this.#play(labelOf(button), why, () => cause(stage)));
    }
    for (const [name, weather] of Object.entries(weathers)) {
      const button = buttonOf(name);
      button.addEventListener("click", () => this.#turn(labelOf(button), weather));
    }
  }

  /** Shows a trouble that the server is in already. This tab's own network is no matter of the server. @param {string | undefined} kind */
  recognise(kind) {
    if (this.#weather === weathers.offline) return;
    this.#become(Object.values(weathers).find((weather) => weather.kind === kind) ?? null);
  }

  /** @param {string} title @param {string} why @param {() => unknown} deed */
  async #play(title, why, deed) {
    if (await this.stage.play(title, why, deed)) this.survived();
  }

  /** @param {string} label @param {Weather} weather */
  async #turn(label, weather) {
    const { stage } = this;
    const before = this.#weather;
    const isOver = weather === before;
    this.#become(isOver ? null : weather);
    const title = isOver ? `${label}: over` : label;
    await this.#play(title, isOver ? "The client goes on by itself." : weather.why, async () => {
      await before?.end(stage);
      if (!isOver) await weather.cause(stage);
      this.changed();
    });
  }

  /** @param {Weather | null} weather */
  #become(weather) {
    this.#weather = weather;
    for (const [name, each] of Object.entries(weathers)) {
      buttonOf(name).setAttribute("aria-pressed", String(each === weather));
    }
    const says = weather ? "It stays until you press it again." : "Bad weather: each stays until you press it again.";
    find("#weather-says").textContent = says;
    document.body.classList.toggle("stormy", weather !== null);
  }
}

/** @param {string} name */
const buttonOf = (name) => find(`[data-trouble=${name}]`);

/** @param {HTMLElement} button */
const labelOf = (button) => find("b", button).textContent ?? "";
