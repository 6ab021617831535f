// @ts-check
/** The demo page: a shop, and a panel that shows what its client does. */
import "./clock.js";
import { TokenClient } from "storefront-token-client/recorder";
import { ShopApi } from "../shared/shop-api.js";
import { Account } from "./account.js";
import { Actions } from "./actions.js";
import { Counters } from "./counters.js";
import { find } from "./dom.js";
import { EventLog } from "./event-log.js";
import { Faults } from "./faults.js";
import { LifetimeSetting } from "./lifetime-setting.js";
import { lacksText } from "./messages.js";
import { Network, withCallId } from "./network.js";
import { reportPrerendering } from "./prerendering.js";
import { Products } from "./products.js";
import { ShoppingList } from "./shopping-list.js";
import { Steps } from "./steps.js";
import { offerStory } from "./story.js";
import * as storefront from "./storefront-control.js";
import { TabTable } from "./tab-table.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { TokenCountdown } from "./token-countdown.js";

/** @typedef {import("storefront-token-client").Session} Session */

const network = new Network();
const auth = new TokenClient({
  tokenEndpoint: new URL("/oauth2-token", location.href),
  server: "oro",
  clientId: "demo_storefront_public_client_00",
  guest: true,
  fetch: network.fetch,
});

const api = new ShopApi(withCallId(auth.fetch), location.origin);
const timeline = new Timeline();
const counters = new Counters();
const countdown = new TokenCountdown();
const list = new ShoppingList(api);
const products = new Products(api, (product) => list.add(product));
const account = new Account(auth, timeline);
const steps = new Steps();
const tabs = new Tabs();
const tabTable = new TabTable();
const eventLog = new EventLog(auth, network, timeline, tabs, () => counters.update());

/** Milliseconds that a new access token is valid; 0 until the server said so. */
let accessLifetime = 0;

auth.on("sessionchange", ({ reason, session }) => {
  countdown.show(session, reason === "restored" ? accessLifetime : undefined);
  account.show(session, reason);
  if (session) loadSession(session);
  else list.clear();
});

auth.on("tokenrefresh", ({ outcome }) => {
  if (outcome !== "refreshed" && outcome !== "received") return;
  countdown.show(auth.session);
  countdown.glow();
  products.load();
  if (isIncomplete && auth.session) loadSession(auth.session);
});

/** Whether the list or the name of the session could not be read yet. */
let isIncomplete = false;

/** @param {Session} session */
async function loadSession(session) {
  const hasList = await list.reload();
  const hasName = session.subject === "guest" || (await greet(session));
  isIncomplete = !(hasList && hasName);
}

/** @param {Session} session @returns {Promise<boolean>} whether the shop told the name */
async function greet({ id }) {
  steps.complete("sign-in");
  const name = await api.userName().catch(() => null);
  if (name !== null && auth.session?.id === id) account.greet(name);
  return name !== null;
}

list.shown = () => {
  if (list.count) steps.complete("add");
};
list.edited = () => tabs.broadcast("list");

const actions = new Actions({ auth, network, countdown, list, eventLog, timeline });
const faults = new Faults(actions, () => steps.complete("fault"));
faults.changed = () => tabs.broadcast("settings");

offerStory(auth);

const lifetimeSetting = new LifetimeSetting(() => {
  tabs.broadcast("settings");
  if (auth.session) actions.refresh();
});

async function readSettings() {
  const { settings } = await storefront.state();
  accessLifetime = settings.accessLifetime * 1000;
  lifetimeSetting.show(settings.accessLifetime);
  faults.showServerFault(settings.fault?.kind);
}

tabs.changed = (all, changed) => tabTable.show(all, changed);
tabs.peerReported = (serverChange) => {
  counters.update();
  if (serverChange === "settings") readSettings();
  if (serverChange === "list" && auth.session) list.reload();
};
tabs.open();

eventLog.begin();
reportPrerendering(timeline, () => actions.refresh());
await readSettings();
account.show(await auth.getSession());
find("#lacks").textContent = lacksText(auth.lacks);
counters.update();
await products.load();
document.body.dataset.ready = "true";
