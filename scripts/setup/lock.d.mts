export declare function withLock<T>(lock: string, onWait: (pid: number) => void, work: () => T): Promise<Awaited<T>>;
