// The parts of workerd's built-in module that this entry uses.

declare module "cloudflare:workers" {
  export interface DurableObjectState {
    readonly storage: {
      list(): Promise<Map<string, any>>;
      put(key: string, value: unknown): Promise<void>;
      delete(key: string): Promise<boolean>;
      deleteAll(): Promise<void>;
      getAlarm(): Promise<number | null>;
      setAlarm(time: number): Promise<void>;
      deleteAlarm(): Promise<void>;
    };
    blockConcurrencyWhile(task: () => Promise<void>): Promise<void>;
  }

  export abstract class DurableObject<Env> {
    constructor(ctx: DurableObjectState, env: Env);
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
  }
}
