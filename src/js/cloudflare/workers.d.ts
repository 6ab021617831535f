// The parts of workerd's built-in module that this entry uses.

declare module "cloudflare:workers" {
  export type DurableObjectState = import("../entries/cloudflare.js").CoordinatorContext;

  export abstract class DurableObject<Env> {
    constructor(ctx: DurableObjectState, env: Env);
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
  }
}
