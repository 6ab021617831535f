// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { documents, root } from "./documents.js";

test("docs/comparison.md names the minor versions of the libraries, as the bench and the tests install them", () => {
  const page = documents.find(({ path }) => path === "docs/comparison.md")?.prose ?? "";
  const inFolder = (/** @type {string} */ folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const { "@supabase/auth-js": authJs, "oidc-client-ts": oidcClient, "@badgateway/oauth2-client": badgateway } = inFolder("bench").dependencies;
  const { oauth4webapi } = inFolder(".").devDependencies;
  const [supabase, oidc, gateway, webApi] = [authJs, oidcClient, badgateway, oauth4webapi].map((version) => version.replace(/\.\d+$/, ""));
  for (const name of [`auth-js ${supabase}`, `oidc-client-ts) ${oidc}`, `oauth2-client) ${gateway}`, `oauth4webapi) ${webApi}`])
    assert.match(page.split(name)[1] ?? "", /^[ )]/, name);
});
