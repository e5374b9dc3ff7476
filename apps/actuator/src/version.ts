/** Version of this package, as its API document and its log give it. */
export const VERSION = '0.1.0';
