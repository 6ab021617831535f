// @ts-check
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  {
    name: "webpack",
    async open(project) {
      await project.run(...tool("webpack-cli", "--mode", "production", "--entry", "./page.js"));
      project.write("dist/index.html", page('<script src="main.js"></script>'));
      return inPage(project, `${project.shop.url}/dist/`);
    },
  },
];
