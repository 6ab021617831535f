// The types of the main entry.

export * from "./types/client.js";
export * from "./types/options.js";
export * from "./types/credentials.js";
export * from "./types/session.js";
export * from "./types/storage.js";
export * from "./types/server-profile.js";
export * from "./types/token-error.js";
