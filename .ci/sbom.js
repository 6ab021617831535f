// Prints a software bill of materials (CycloneDX 1.6) of the package: what is compiled into it. It has no dependency
// that npm would install.

import { components } from "./build/third-party.js";
import { read } from "./shell.js";

const { name, version, license } = JSON.parse(read("package.json"));
const self = { type: "library", "bom-ref": `pkg:npm/${name}@${version}`, name, version, purl: `pkg:npm/${name}@${version}`, licenses: [{ expression: license }] };
const parts = components().map(componentOf);

console.log(
  JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: { component: self },
      components: parts,
      dependencies: [{ ref: self["bom-ref"], dependsOn: parts.map((part) => part["bom-ref"]) }],
    },
    null,
    2,
  ),
);

/** @param {import("./build/third-party.js").Component} component */
function componentOf({ name, version, license, repository, checksum }) {
  const purl = checksum ? `pkg:cargo/${name}@${version}` : `pkg:generic/${name}@${version}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    licenses: [{ expression: license }],
    ...(checksum ? { hashes: [{ alg: "SHA-256", content: checksum }] } : {}),
    ...(repository ? { externalReferences: [{ type: "vcs", url: repository }] } : {}),
  };
}
