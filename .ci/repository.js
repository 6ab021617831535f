// `npm run repository -- https://github.com/OWNER/NAME` says where the repository is, in package.json and Cargo.toml: npm
// and crates.io need it to resolve the links of README. `npm publish` checks it, by `--check`.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, read, root } from "./shell.js";

const FILES = ["package.json", "Cargo.toml"];

/**
 * The two manifests with the repository's address.
 * @param {string} packageJson
 * @param {string} cargoToml
 * @param {string} url
 * @returns {[packageJson: string, cargoToml: string]}
 */
export function withRepository(packageJson, cargoToml, url) {
  const { repository, bugs, homepage, author, ...others } = JSON.parse(packageJson);
  const places = { repository: { type: "git", url: `git+${url}.git` }, bugs: { url: `${url}/issues` }, homepage: `${url}#readme` };
  const entries = Object.entries(others);
  const at = entries.findIndex(([name]) => name === "license") + 1;
  const manifest = Object.fromEntries([...entries.slice(0, at), ["author", author], ...Object.entries(places), ...entries.slice(at)]);
  const crate = cargoToml.replace(/^repository = .*\n/m, "").replace(/^license = .*\n/m, (line) => `${line}repository = "${url}"\n`);
  return [`${JSON.stringify(manifest, null, 2)}\n`, crate];
}

/** The address in package.json, if both manifests agree. */
function agreed() {
  const [packageJson, cargoToml] = FILES.map(read);
  const url = /^git\+(https:\/\/.+)\.git$/.exec(JSON.parse(packageJson).repository?.url)?.[1];
  return url && String(withRepository(packageJson, cargoToml, url)) === String([packageJson, cargoToml]) ? url : undefined;
}

function main([argument]) {
  if (argument === "--check") return agreed() ?? fail("package.json and Cargo.toml do not say where the repository is: npm run repository -- https://github.com/OWNER/NAME");
  if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(argument) || argument.endsWith(".git")) fail("Give the address of the repository: https://github.com/OWNER/NAME");
  const [packageJson, cargoToml] = FILES.map(read);
  withRepository(packageJson, cargoToml, argument).forEach((text, at) => writeFileSync(join(root, FILES[at]), text));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
