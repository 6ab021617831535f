// @ts-check
/**
 * The OAuth clients and the users that exist at the start.
 *
 * DEMO VALUES. Everything in this file is public, fixed and worthless outside the embedded storefront.
 */

/**
 * @typedef {object} Client
 * @property {string} name           the key below, for logs
 * @property {string} id             32 characters, as Oro makes them
 * @property {string} secret         empty for a public client
 * @property {boolean} confidential  public clients send no secret (RFC 6749 section 2.1)
 * @property {boolean} frontend      true: it signs in customers; false: staff of the back-office
 * @property {boolean} active
 * @property {boolean} apiFeature    false: the API is switched off for it in Oro's administration
 * @property {string[]} grants
 * @property {string[]} redirectUris  of the authorization code grant
 */

/** @param {Partial<Client> & { name: string, id: string }} own @returns {Readonly<Client>} */
const client = (own) =>
  Object.freeze({
    secret: "",
    confidential: own.secret !== undefined,
    frontend: true,
    active: true,
    apiFeature: true,
    grants: ["password", "refresh_token"],
    redirectUris: [],
    ...own,
  });

/** @param {string} name */
const demoSecret = (name) => `demo-secret-of-${name}-`.padEnd(128, "0");

export const clients = Object.freeze({
  /** For a page. */
  storefront: client({ name: "storefront", id: "demo_storefront_public_client_00" }),
  /** For a page that signs in with the authorization code grant; any port of loopback is allowed. */
  authorizationCode: client({
    name: "authorizationCode",
    id: "demo_authorization_code_client_0",
    grants: ["authorization_code", "refresh_token"],
    redirectUris: ["http://127.0.0.1/callback"],
  }),
  /** For a server in front of the shop. */
  confidential: client({
    name: "confidential",
    id: "demo_storefront_private_client_0",
    secret: demoSecret("confidential"),
  }),
  /** Signs in staff; the storefront's API refuses its tokens. */
  backOffice: client({
    name: "backOffice",
    id: "demo_back_office_client_00000000",
    secret: demoSecret("backOffice"),
    frontend: false,
  }),
  /** Disabled by an administrator. */
  inactive: client({ name: "inactive", id: "demo_inactive_client_00000000000", active: false }),
  featureless: client({ name: "featureless", id: "demo_featureless_client_00000000", apiFeature: false }),
  /** Its secret has characters that servers read differently in a header. */
  awkward: client({ name: "awkward", id: "demo_awkward_client_000000000000", secret: "a:b%41+ü/=&".padEnd(128, "0") }),
  /** May use neither the password grant nor the refresh grant. */
  machine: client({
    name: "machine",
    id: "demo_client_credentials_client_0",
    secret: demoSecret("machine"),
    grants: ["client_credentials"],
  }),
});

/**
 * @typedef {object} User
 * @property {string} username  an e-mail address for customers
 * @property {string} password
 * @property {string} name
 * @property {boolean} frontend true: a customer; false: staff
 */

/** @param {string} username @param {string} name @param {boolean} [frontend] @returns {Readonly<User>} */
const user = (username, name, frontend = true) =>
  Object.freeze({ username, password: `demo-password-of-${name.toLowerCase()}`, name, frontend });

export const users = Object.freeze({
  alice: user("alice@example.com", "Alice"),
  bob: user("bob@example.com", "Bob"),
  /** Named by the default of the setting `disabledUsers`. */
  disabled: user("dana@example.com", "Dana"),
  admin: user("admin", "Admin", false),
});

/** @param {string} id */
export const clientById = (id) => Object.values(clients).find((each) => each.id === id);

/** @param {string} username */
export const userByName = (username) => Object.values(users).find((each) => each.username === username);

/** Every other subject is a guest. @param {string} subject */
export const isUser = (subject) => userByName(subject) !== undefined;
