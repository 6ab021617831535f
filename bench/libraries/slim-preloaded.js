// In a page that names the file of the core by <link rel="modulepreload">: see browser/measure.js.
export { open } from "./slim.js";
