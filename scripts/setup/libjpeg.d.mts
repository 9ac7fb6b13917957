export declare const LIBJPEG_PACKAGE: string;
export declare function findLibJpeg(roots?: readonly string[]): string | undefined;
