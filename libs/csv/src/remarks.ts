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
      const rows = lines.length === 1 ? '1 row' : `${lines.length} rows`;
      return `${rows} ${kind} (${linesText(lines)})`;
    });
    return [...this.#plain, ...noted];
  }
}

/** The first few lines, in words. */
export function linesText(lines: readonly number[]): string {
  const shown = lines.slice(0, SHOWN_LINES).join(', ');
  const more = lines.length > SHOWN_LINES ? ', …' : '';
  return `line${lines.length === 1 ? '' : 's'} ${shown}${more}`;
}
