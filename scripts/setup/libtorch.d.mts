/** A LibTorch that can be built against. */
export interface LibTorch {
  /** Its folder: `/usr`, the unpacked archive, or the `torch` folder of a Python. */
  readonly root: string;
  /** What CMake takes as CMAKE_PREFIX_PATH: it holds `Torch/TorchConfig.cmake`. */
  readonly cmakePrefix: string;
  /** As its version.h says: Debian's 1.13.1 says 1.13.0. */
  readonly version: string;
  /** Of libstdc++: `_GLIBCXX_USE_CXX11_ABI`. */
  readonly abi: 0 | 1;
  readonly cuda: boolean;
  readonly how: 'LIBTORCH' | 'LIBTORCH_USE_PYTORCH' | 'system';
  /** The folders that were looked at. */
  readonly tried: readonly string[];
}

export interface NoLibTorch {
  readonly tried: readonly string[];
  readonly root?: never;
}

export declare const OLDEST_LIBTORCH: string;
export declare const WAYS_TO_LIBTORCH: string;
export declare function findLibTorch(env: NodeJS.ProcessEnv): LibTorch | NoLibTorch;
/** The version of the LibTorch in `root`, as its version.h says; undefined where there is none. */
export declare function versionOf(root: string): string | undefined;
export declare function describeLibTorch(libtorch: Pick<LibTorch, 'version' | 'root' | 'how'>): string;
export declare function olderThan(a: string, b: string): boolean;
