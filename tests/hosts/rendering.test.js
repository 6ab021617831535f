// @ts-check
/** The entries for React, Vue and Svelte, and Angular's zones, in Chromium. The apps are those of the guides. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";
import { startStorefront, users } from "../../www/storefront/index.js";
import { launchChromium } from "../support/browser.js";
import { NAME, install } from "../support/package.js";
import { writeGuide } from "./guides.js";
import { Project, here } from "./project.js";

const { username, password } = users.alice;
const { modules, remove } = install();
const folder = mkdtempSync(join(here, ".rendering-"));
const browser = await launchChromium();
after(async () => {
  await browser.close();
  remove();
  rmSync(folder, { recursive: true, force: true });
});

/** @type {import("esbuild").Plugin} */
const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({ contents: compile(readFileSync(path, "utf8"), { filename: path }).js.code, loader: "js" }));
  },
};

/** @type {import("esbuild").Plugin} */
const vue = {
  name: "vue",
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, ({ path }) => {
      const { descriptor } = parse(readFileSync(path, "utf8"), { filename: path });
      return { contents: compileScript(descriptor, { id: "component", inlineTemplate: true }).content, loader: "js" };
    });
  },
};

/**
 * Bundles a program, and opens it in a page of the shop's origin.
 *
 * @param {import("node:test").TestContext} t
 * @param {(project: Project) => string} write  writes the program, and returns the name of its first file
 * @param {import("esbuild").BuildOptions} [options]
 */
async function opened(t, write, options) {
  const place = mkdtempSync(join(folder, "app-"));
  const shop = await startStorefront({ pages: place });
  const project = new Project(place, modules, shop);
  const entry = write(project);
  const common = { bundle: true, outfile: project.path("bundle.js"), logLevel: /** @type {const} */ ("error") };
  await build({ entryPoints: [project.path(entry)], jsx: "automatic", format: "esm", plugins: [svelte, vue], ...common, ...options });
  project.write("index.html", `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><div id="root"></div><div id="app"></div><script type="module" src="bundle.js"></script>`);
  const context = await browser.newContext();
  /** @type {string[]} */
  const complaints = [];
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  t.after(async () => {
    await context.close();
    await project.end();
    await shop.close();
  });
  const page = await context.newPage();
  await page.goto(shop.url);
  return { page, context, shop, complaints };
}

/** Records whether a form was ever shown. Runs before the page's scripts. */
function watchForms() {
  const observer = new MutationObserver(() => {
    if (document.querySelector("form")) Object.assign(globalThis, { formWasShown: true });
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** The lines that Chromium prints because of the shop's 400 and 401. */
const isNoise = (/** @type {string} */ text) => text.startsWith("Failed to load resource");

/** @type {Record<string, { entry: string, options?: import("esbuild").BuildOptions }>} */
const GUIDES = {
  react: { entry: "main.jsx" },
  vue: { entry: "main.js", options: { define: VUE_FLAGS() } },
  svelte: { entry: "main.js", options: { conditions: ["browser"] } },
};

function VUE_FLAGS() {
  const flags = ["__VUE_OPTIONS_API__", "__VUE_PROD_DEVTOOLS__", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__"];
  return Object.fromEntries(flags.map((flag) => [flag, "true"]));
}

for (const [name, { entry, options }] of Object.entries(GUIDES))
  test(`the app of docs/guides/${name}.md follows the session, also that of another tab`, { timeout: 400_000 }, async (t) => {
    const { page, context, complaints } = await opened(t, (project) => (writeGuide(project, name), entry), options);
    const signOut = (/** @type {import("playwright-core").Page} */ tab) => tab.getByRole("button", { name: "Sign out" });

    await page.locator("[name=username]").fill(username);
    await page.locator("[name=password]").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Wrong user name or password").waitFor();
    // React resets a form after its action.
    await page.locator("[name=username]").fill(username);
    await page.locator("[name=password]").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await signOut(page).waitFor();

    await page.addInitScript(watchForms);
    await page.reload();
    await signOut(page).waitFor();
    assert.equal(await page.evaluate("globalThis.formWasShown"), undefined, "no form flashed");

    const other = await context.newPage();
    await other.goto(page.url());
    await signOut(other).click();
    await page.locator("form").waitFor();
    assert.deepEqual(complaints.filter((text) => !isNoise(text)), []);
  });

test("React with TanStack Query: a user's data are not shown after the sign-out", { timeout: 400_000 }, async (t) => {
  const { page, shop } = await opened(t, (project) => (writeGuide(project, "react"), "main.jsx"));
  const { TokenClient } = await import(join(modules, NAME, "dist/index.js"));
  const elsewhere = new TokenClient({ tokenEndpoint: shop.tokenEndpoint, server: "oro", clientId: shop.clientId });
  await elsewhere.signIn({ username, password });
  const headers = { "Content-Type": "application/json" };
  await elsewhere.fetch(`${shop.url}/api/shoppinglistitems`, { method: "POST", headers, body: '{"product":"3"}' });

  const list = page.getByRole("listitem");
  await page.locator("[name=username]").fill(username);
  await page.locator("[name=password]").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await list.filter({ hasText: "Shopping List: 89 EUR" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.locator("form").waitFor();
  await list.waitFor({ state: "detached" });
});

/** A client whose server is in the page. */
const CLIENT = `
import { TokenClient } from "${NAME}";

const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };
export const made = (options) =>
  new TokenClient({ tokenEndpoint: "https://shop.example/token", clientId: "shop", fetch: async () => Response.json(tokens), ...options });
export const USER = { username: "anna", password: "secret" };
`;

describe("React 19", { timeout: 400_000 }, () => {
  test("in StrictMode, the client's own subscribe and session suit useSyncExternalStore", async (t) => {
    const { page, complaints } = await opened(t, (project) => {
      project.write("client.js", CLIENT);
      project.write("main.jsx", `
        import { StrictMode, useSyncExternalStore } from "react";
        import { createRoot } from "react-dom/client";
        import { made, USER } from "./client.js";

        const auth = made();
        function Who() {
          const session = useSyncExternalStore(auth.subscribe, () => auth.session);
          const lacks = useSyncExternalStore(auth.subscribe, () => auth.lacks);
          return <p>{session?.subject ?? "nobody"} {lacks.length}</p>;
        }
        createRoot(document.getElementById("app")).render(<StrictMode><Who /></StrictMode>);
        auth.signIn(USER);
      `);
      return "main.jsx";
    });
    await page.getByText("user 0").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("hydrates a page that a server has rendered, and follows the client that it is given", async (t) => {
    const { page, complaints } = await opened(t, (project) => {
      project.write("client.js", CLIENT);
      project.write("main.jsx", `
        import { StrictMode, useState } from "react";
        import { hydrateRoot } from "react-dom/client";
        import { renderToString } from "react-dom/server.browser";
        import { useSession, useSessionStatus } from "${NAME}/react";
        import { made, USER } from "./client.js";

        const [first, second] = ["first", "second"].map((storageKey) => made({ storageKey }));
        const Who = ({ auth }) => <p>{useSessionStatus(auth)} {useSession(auth)?.subject ?? "nobody"}</p>;
        function App() {
          const [auth, setAuth] = useState(first);
          return <><Who auth={auth} /><button onClick={() => setAuth(second)}>the second</button></>;
        }
        await first.signIn(USER);
        globalThis.rendered = renderToString(<App />);
        const place = document.getElementById("app");
        place.innerHTML = globalThis.rendered;
        hydrateRoot(place, <StrictMode><App /></StrictMode>);
        globalThis.signOut = () => Promise.all([first.signOut(), second.signIn(USER)]);
      `);
      return "main.jsx";
    });
    await page.getByText("user user").waitFor();
    assert.match(await page.evaluate("rendered"), /unknown<!-- --> <!-- -->nobody/);
    await page.getByRole("button", { name: "the second" }).click();
    await page.getByText("nobody nobody").waitFor();
    await page.evaluate("signOut()");
    await page.getByText("user user").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("renders a session that has just ended, and changes no other component meanwhile", async (t) => {
    const { page, complaints } = await opened(t, (project) => {
      project.write("client.js", CLIENT);
      project.write("main.jsx", `
        import { memo, useState } from "react";
        import { createRoot } from "react-dom/client";
        import { useSession } from "${NAME}/react";
        import { made, USER } from "./client.js";

        // No timer tells of the end: the client learns of it when a component reads the session.
        const auth = made({ refresh: "on-demand", fetch: async () => Response.json({ access_token: "a", token_type: "Bearer", expires_in: 60 }) });
        let passed = 0;
        for (const clock of [Date, performance]) {
          const now = clock.now.bind(clock);
          clock.now = () => now() + passed;
        }
        const Who = () => <b>{useSession(auth)?.subject ?? "nobody"}</b>;
        const Header = memo(Who);
        function App() {
          const [isOpen, setIsOpen] = useState(false);
          const open = () => {
            passed = 3_600_000;
            setIsOpen(true);
          };
          return <><p><Header /> {isOpen && <Who />}</p><button onClick={open}>open</button></>;
        }
        await auth.signIn(USER);
        createRoot(document.getElementById("app")).render(<App />);
      `);
      return "main.jsx";
    });
    await page.getByText("user").waitFor();
    await page.getByRole("button", { name: "open" }).click();
    await page.getByText("nobody nobody").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("shows one session in all components while a slow rendering is interrupted", async (t) => {
    const { page, complaints } = await opened(t, (project) => {
      project.write("client.js", CLIENT);
      project.write("main.jsx", `
        import { StrictMode, startTransition, useLayoutEffect, useState } from "react";
        import { createRoot } from "react-dom/client";
        import { useSession } from "${NAME}/react";
        import { made, USER } from "./client.js";

        const auth = made();
        const drawn = [];
        new MutationObserver(() => drawn.push(new Set(Array.from(document.querySelectorAll("i"), (cell) => cell.textContent)).size))
          .observe(document, { childList: true, subtree: true, characterData: true });

        // The first cell of a round has the session changed. Until that is done, each cell takes longer than React renders
        // at a stretch, so that React lets other tasks run between two cells.
        let change = () => {};
        let phase = "idle";
        let interruptions = 0;
        auth.on("sessionchange", () => {
          if (phase === "rendering") interruptions++;
          phase = "changed";
        });
        function Cell() {
          const session = useSession(auth);
          if (phase === "begun") {
            phase = "rendering";
            queueMicrotask(change);
          }
          const end = performance.now() + 6;
          while (phase === "rendering" && performance.now() < end);
          return <i>{session?.subject ?? "nobody"}</i>;
        }
        let shown = () => {};
        function App() {
          const [count, setCount] = useState(0);
          globalThis.show = (count) => startTransition(() => setCount(count));
          useLayoutEffect(() => {
            if (phase === "rendering") phase = "drawn too early";
            shown();
          }, [count]);
          return Array.from({ length: count }, (_, at) => <Cell key={at} />);
        }
        createRoot(document.getElementById("app")).render(<StrictMode><App /></StrictMode>);
        globalThis.play = async () => {
          for (let round = 1; round <= 5; round++) {
            phase = "begun";
            const changed = new Promise((resolve) => {
              change = () => resolve(round % 2 ? auth.signIn(USER) : auth.signOut());
            });
            const isShown = new Promise((resolve) => (shown = resolve));
            globalThis.show(round * 200);
            await Promise.all([changed, isShown]);
          }
          return { drawn, interruptions };
        };
      `);
      return "main.jsx";
    });
    await page.waitForFunction("globalThis.show");
    const { drawn, interruptions } = /** @type {{ drawn: number[], interruptions: number }} */ (await page.evaluate("play()"));
    assert.equal(interruptions, 5);
    assert.ok(drawn.length > 0 && drawn.every((size) => size <= 1), drawn.join());
    assert.deepEqual(complaints, []);
  });
});

test("Vue hydrates a page that a server has rendered", { timeout: 400_000 }, async (t) => {
  const write = (/** @type {Project} */ project) => {
    project.write("client.js", CLIENT);
    project.write("main.js", `
      import { createSSRApp, h } from "vue";
      import { renderToString } from "vue/server-renderer";
      import { useSession, useSessionStatus } from "${NAME}/vue";
      import { made, USER } from "./client.js";

      const auth = made();
      const setup = () => {
        const [status, session] = [useSessionStatus(auth), useSession(auth)];
        return () => h("p", status.value + " " + (session.value?.subject ?? "nobody"));
      };
      await auth.signIn(USER);
      globalThis.rendered = await renderToString(createSSRApp({ setup }));
      const place = document.getElementById("app");
      place.innerHTML = globalThis.rendered;
      createSSRApp({ setup }).mount(place);
      globalThis.signOut = () => auth.signOut();
    `);
    return "main.js";
  };
  const { page, complaints } = await opened(t, write, { define: VUE_FLAGS() });
  await page.getByText("user user").waitFor();
  assert.equal(await page.evaluate("rendered"), "<p>unknown nobody</p>");
  await page.evaluate("signOut()");
  await page.getByText("nobody nobody").waitFor();
  assert.deepEqual(complaints, []);
});

test("Angular is stable although a client refreshes in the background of its zone", { timeout: 400_000 }, async (t) => {
  const write = (/** @type {Project} */ project) => {
    project.write("client.js", CLIENT);
    project.write("main.js", `
      import "zone.js";
      import "@angular/compiler";
      import { Component, NgZone, provideZoneChangeDetection, signal } from "@angular/core";
      import { bootstrapApplication } from "@angular/platform-browser";
      import { made, USER } from "./client.js";

      class Shop {
        subject = signal("nobody");
        async ngOnInit() {
          NgZone.assertInAngularZone();
          this.auth = made({ refresh: "background" });
          this.auth.on("sessionchange", ({ session }) => this.subject.set(session.subject));
          await this.auth.signIn(USER);
          NgZone.assertInAngularZone();
        }
      }
      const Root = Component({ selector: "app-shop", template: "<p>{{ subject() }}</p>" })(Shop);

      document.getElementById("app").append(document.createElement("app-shop"));
      const starting = bootstrapApplication(Root, { providers: [provideZoneChangeDetection()] });
      globalThis.untilStable = () => starting.then((app) => app.whenStable());
    `);
    return "main.js";
  };
  // zone.js cannot follow native async functions: Angular's own build replaces them too.
  const { page, complaints } = await opened(t, write, { supported: { "async-await": false } });
  await page.getByText("user").waitFor();
  await page.evaluate("untilStable()");
  assert.deepEqual(complaints, []);
});
