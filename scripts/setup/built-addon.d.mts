/** What a build recorded about itself, and where its addons are. */
export interface BuildInfo {
  /** LibTorch's folder. */
  readonly libtorch: string;
  /** LibTorch's version, as its version.h says. */
  readonly version: string;
  /** How LibTorch was found. */
  readonly how: string;
  /** Path of the addon. */
  readonly addon: string;
  /** Path of the addon that decodes JPEGs, whether it was built or not. */
  readonly jpegAddon: string;
}

/** The folder of all builds: inside the package, or as PATCHWORK_BUILD says. */
export declare const BUILD_DIR: string;
/** The build that is to be loaded; undefined where there is none. */
export declare function readBuildInfo(buildDir?: string): BuildInfo | undefined;
