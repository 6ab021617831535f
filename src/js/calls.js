// @ts-check
// The numbers of the calls, as src/web/exported.rs knows them.

export const SESSION = 0;
export const TOKEN = 1;
export const TOKEN_AFTER_401 = 2;
export const SIGN_IN = 3;
export const GUEST = 4;
export const SIGN_OUT = 5;
export const ADOPT = 6;
