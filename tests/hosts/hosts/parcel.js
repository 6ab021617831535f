// @ts-check
// Parcel, which reads `exports` only if the application's package.json asks for it.
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

const MANIFEST = { name: "shop", private: true, type: "module", "@parcel/resolver-default": { packageExports: true } };

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "Parcel",
    async open(project) {
      project.write("package.json", JSON.stringify(MANIFEST));
      // Parcel takes the folder of the next lock file for the application's.
      project.write("package-lock.json", "{}");
      project.write("index.html", page('<script type="module" src="./page.js"></script>'));
      await project.run(...tool("parcel", "build", "index.html", "--public-url", "./", "--no-cache", "--no-source-maps"));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
];
