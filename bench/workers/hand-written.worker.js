import { serveSessions } from "./sessions.js";
import { Tokens } from "./tokens.js";

export default serveSessions({
  start: (storage) => new Tokens(storage),
  token: (tokens) => tokens.get(),
  end: () => {},
  memory: () => 0,
});
