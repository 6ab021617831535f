// @ts-check
/** The fault buttons: each announces its fault, causes it, and then checks the list. */
import * as storefront from "./storefront-control.js";
import { find } from "./dom.js";
import { prerenderNextPage } from "./prerendering.js";

/** @typedef {import("./actions.js").Actions} Actions */
/** @typedef {{ why: string, cause: (actions: Actions) => unknown }} Fault */
/** @typedef {Fault & { kind: string, end: (actions: Actions) => unknown }} PersistentFault  stays until it is ended */

/** @param {string} kind @returns {Fault["cause"]} */
const atNextRefresh = (kind) => async (actions) => {
  await storefront.set({ fault: { kind, count: 1, grant: "refresh_token" } });
  await actions.refresh();
};

/** Each happens once. @type {Record<string, Fault>} */
const faults = {
  expire: {
    why: "The server expires the access token early. The next request gets a 401, the client refreshes once, and sends the request again.",
    cause: storefront.expireAccessTokens,
  },
  stampede: {
    why: "Ten thousand calls ask for a newer token at the same moment. Count the requests.",
    cause: (actions) => actions.stampede(),
  },
  sleep: {
    why: "The clock jumps an hour ahead, and the token has expired. When a page wakes, the client reads the clock.",
    cause: (actions) => actions.sleep(),
  },
  reload: {
    why: "The page is gone. The session stays in sessionStorage.",
    cause: () => location.reload(),
  },
  block: {
    why: "This tab was busy for three seconds. A new tab of the shop was opened meanwhile: it waits for this tab, and then shares its guest.",
    cause: (actions) => actions.block(),
  },
  prerender: {
    why: "Chromium loads the shop's next page out of sight, unless DevTools are open. Go there, and read which call has waited.",
    cause: prerenderNextPage,
  },
  duplicate: {
    why: "Another tab has a copy of the storage, with the refresh token. One of the two refreshes, the other receives the token.",
    cause: () => window.open(location.href),
  },
  revoke: {
    why: "The server revokes every token. A guest is lost; a user can sign in again.",
    cause: storefront.revokeAll,
  },
  lose: {
    why: "The server refreshes and revokes the old tokens, but the response is lost. At this server no client can recover.",
    cause: atNextRefresh("drop-after"),
  },
  cut: {
    why: "The server refreshes and revokes the old tokens, but half of the response is missing. At this server no client can recover.",
    cause: atNextRefresh("truncated"),
  },
};

/** @param {storefront.Fault} fault @returns {Pick<PersistentFault, "kind" | "cause" | "end">} */
const atServer = (fault) => ({
  kind: fault.kind,
  cause: async (actions) => {
    await storefront.set({ fault });
    actions.makeDue();
  },
  end: () => storefront.set({ fault: null }),
});

/** @type {Record<string, PersistentFault>} */
const persistentFaults = {
  offline: {
    why: "There is no network, and the token is due for a refresh. The client retries less and less often, and keeps the session.",
    kind: "offline",
    cause: (actions) => {
      actions.network.isCut = true;
      actions.makeDue();
    },
    end: ({ network }) => network.restore(),
  },
  error: {
    why: "The token endpoint fails, and the token is due for a refresh. The client retries less and less often, and keeps the session.",
    ...atServer({ kind: "500" }),
  },
  busy: {
    why: "The token endpoint asks the client to wait. The client sends nothing before that time.",
    ...atServer({ kind: "429", retryAfter: 6 }),
  },
  portal: {
    why: "A captive portal responds in place of the server. Its page proves nothing about the session.",
    ...atServer({ kind: "html" }),
  },
  hang: {
    why: "The token endpoint takes the request and does not respond. Meanwhile the client does not send the same refresh token again.",
    ...atServer({ kind: "hang" }),
  },
};

export class Faults {
  /** Called after a lasting fault began or ended, at the server or in this tab. */
  changed = () => {};
  /** @type {PersistentFault | null} */
  #current = null;

  /** @param {Actions} actions @param {() => void} survived called after a fault that left session and list intact */
  constructor(actions, survived) {
    this.actions = actions;
    this.survived = survived;
    for (const [name, { why, cause }] of Object.entries(faults)) {
      const button = buttonOf(name);
      button.addEventListener("click", () => this.#run(labelOf(button), why, () => cause(actions)));
    }
    for (const [name, fault] of Object.entries(persistentFaults)) {
      const button = buttonOf(name);
      button.addEventListener("click", () => this.#toggle(labelOf(button), fault));
    }
  }

  /** Shows the fault that the server has. A tab that is offline stays so. @param {string | undefined} kind */
  showServerFault(kind) {
    if (this.#current === persistentFaults.offline) return;
    this.#show(Object.values(persistentFaults).find((fault) => fault.kind === kind) ?? null);
  }

  /** @param {string} title @param {string} why @param {() => unknown} action */
  async #run(title, why, action) {
    if (await this.actions.run(title, why, action)) this.survived();
  }

  /** @param {string} label @param {PersistentFault} fault */
  async #toggle(label, fault) {
    const { actions } = this;
    const before = this.#current;
    const isEnd = fault === before;
    this.#show(isEnd ? null : fault);
    const title = isEnd ? `${label}: ended` : label;
    await this.#run(title, isEnd ? "The client recovers without help." : fault.why, async () => {
      await before?.end(actions);
      if (!isEnd) await fault.cause(actions);
      this.changed();
    });
  }

  /** @param {PersistentFault | null} fault */
  #show(fault) {
    this.#current = fault;
    for (const [name, each] of Object.entries(persistentFaults)) {
      buttonOf(name).setAttribute("aria-pressed", String(each === fault));
    }
    find("#persistent-text").textContent = fault ? "Press it again to end it." : "Lasting: press again to end it";
    document.body.classList.toggle("faulty", fault !== null);
  }
}

/** @param {string} name */
const buttonOf = (name) => find(`[data-fault=${name}]`);

/** @param {HTMLElement} button */
const labelOf = (button) => find("b", button).textContent ?? "";
