// @ts-check
/** The demo page: a shop in front, and what the client does for it behind. */
import "./clock.js";
import { TokenClient } from "storefront-token-client";
import { Account } from "./account.js";
import { Api } from "./api.js";
import * as bench from "./bench.js";
import { Counters } from "./counters.js";
import { find } from "./dom.js";
import { ShoppingList } from "./list.js";
import { Lives } from "./lives.js";
import { Narrator } from "./narrator.js";
import { Network } from "./network.js";
import { Ring } from "./ring.js";
import { Roster } from "./roster.js";
import { Shelves } from "./shelves.js";
import { Stage } from "./stage.js";
import { Steps } from "./steps.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { Troubles } from "./troubles.js";
import { ofLacks } from "./words.js";

/** @typedef {import("storefront-token-client").Session} Session */

const network = new Network();
const auth = new TokenClient({
  tokenEndpoint: new URL("/oauth2-token", location.href),
  server: "oro",
  clientId: "demo_storefront_public_client_00",
  guest: true,
  fetch: network.fetch,
});

const api = new Api(auth.fetch);
const timeline = new Timeline();
const counters = new Counters();
const ring = new Ring();
const list = new ShoppingList(api);
const shelves = new Shelves(api, (product) => list.add(product));
const account = new Account(auth, timeline);
const steps = new Steps();
const tabs = new Tabs();
const roster = new Roster();
const narrator = new Narrator(auth, network, timeline, tabs, () => counters.refresh());

/** Of the tokens that the server issues, in milliseconds, once that is known. */
let life = 0;

auth.on("sessionchange", ({ reason, session }) => {
  ring.show(session, reason === "restored" ? life : undefined);
  account.show(session, reason);
  if (session) welcome(session);
  else list.forget();
});

auth.on("tokenrefresh", ({ outcome }) => {
  if (outcome !== "refreshed" && outcome !== "adopted") return;
  ring.show(auth.session);
  ring.glow();
  shelves.open();
  if (isBehind && auth.session) welcome(auth.session);
});

/** Something that belongs to the session could not be read yet. */
let isBehind = false;

/** @param {Session} session */
async function welcome(session) {
  const isRead = await list.reload();
  const isGreeted = session.subject === "guest" || (await greet(session));
  isBehind = !(isRead && isGreeted);
}

/** @param {Session} session @returns {Promise<boolean>} */
async function greet({ id }) {
  steps.tick("sign-in");
  const customer = await api.customer().catch(() => null);
  if (customer && auth.session?.id === id) account.greet(customer.name);
  return customer !== null;
}

list.changed = () => {
  if (list.things) steps.tick("add");
};
list.edited = () => tabs.tell("list");

const stage = new Stage({ auth, network, ring, list, narrator, timeline });
const troubles = new Troubles(stage, () => steps.tick("trouble"));
troubles.changed = () => tabs.tell("bench");

const lives = new Lives(() => {
  tabs.tell("bench");
  if (auth.session) stage.renew();
});

async function readBench() {
  const { settings } = await bench.state();
  life = settings.accessLifetime * 1000;
  lives.show(settings.accessLifetime);
  troubles.recognise(settings.fault?.kind);
}

tabs.changed = (lines, changed) => roster.show(lines, changed);
tabs.heard = (news) => {
  counters.refresh();
  if (news === "bench") readBench();
  if (news === "list" && auth.session) list.reload();
};
tabs.open();

await readBench();
narrator.begin();
account.show(await auth.getSession());
find("#lacks").textContent = ofLacks(auth.lacks);
counters.refresh();
await shelves.open();
document.body.dataset.ready = "true";
