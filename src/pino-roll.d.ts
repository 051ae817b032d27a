/** pino-roll ships no types; this is the part that the logger uses. */
declare module 'pino-roll' {
  interface RollOptions {
    readonly file: string;
    /** Rotate beyond this size: `50m`. */
    readonly size: string;
    readonly limit: { readonly count: number };
    readonly mkdir: boolean;
    readonly sync: boolean;
  }
  // biome-ignore lint/style/noDefaultExport: it is what that package exports.
  export default function roll(options: RollOptions): Promise<import('pino').DestinationStream>;
}
