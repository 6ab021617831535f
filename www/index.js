// @ts-check
/** `node www` does what `npm start` does. */
import "./start.js";
