/** One thing that the set-up does. */
export interface SetupStep {
  readonly name: string;
  /** What is about to be done; empty where nothing is to do. */
  todo(): string;
  run(options: SetupOptions): Promise<unknown>;
}

export interface SetupOptions {
  /** Whether missing Debian packages are installed; else they are named. */
  readonly apt: boolean;
}

/** System packages and the addon: what an installed package needs, and a clone too. */
export declare const engineSteps: readonly SetupStep[];
/** Does what is to be done, one process at a time, and says whether there was anything. */
export declare function runSteps(steps: readonly SetupStep[], options: SetupOptions): Promise<boolean>;
