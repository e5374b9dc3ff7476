const SHOWN_LINES = 3;

/** Collects what is odd about a file, line by line, and says each kind once. */
export class Remarks {
  readonly #lines = new Map<string, number[]>();
  readonly #plain: string[] = [];

  /** Something about the file as a whole. */
  say(message: string): void {
    this.#plain.push(message);
  }

  /** Something about a line; `kind` completes "n rows …". */
  note(kind: string, line: number): void {
    const lines = this.#lines.get(kind);
    if (lines === undefined) this.#lines.set(kind, [line]);
    else lines.push(line);
  }

  all(): string[] {
    const noted = [...this.#lines].map(([kind, lines]) => {
      const shown = lines.slice(0, SHOWN_LINES).join(', ');
      const more = lines.length > SHOWN_LINES ? ', …' : '';
      const rows = lines.length === 1 ? '1 row' : `${lines.length} rows`;
      return `${rows} ${kind} (line${lines.length === 1 ? '' : 's'} ${shown}${more})`;
    });
    return [...this.#plain, ...noted];
  }
}
