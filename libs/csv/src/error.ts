import { ForeshadowError } from '@foreshadow/domain';

export type CsvErrorCode = 'INVALID_CSV';

/** Where in a CSV file something is wrong; `undefined` where it concerns the whole file. */
export interface CsvPlace {
  readonly file: string;
  /** From 1, the header included. */
  readonly line?: number;
  readonly column?: string;
  readonly value?: string;
}

const SHOWN_CHARACTERS = 60;

/** A CSV file that cannot be read as what it should be; the message names file, line, column and value. */
export class CsvError extends ForeshadowError<CsvErrorCode> {
  readonly place: CsvPlace;

  constructor(place: CsvPlace, problem: string, cause?: unknown) {
    const { file, line, column, value } = place;
    const where = [
      file,
      ...(line === undefined ? [] : [`line ${line}`]),
      ...(column === undefined ? [] : [`column '${column}'`]),
    ].join(', ');
    const what = value === undefined ? problem : `${problem}; got '${shortened(value)}'`;
    super('INVALID_CSV', `${where}: ${what}`, { cause });
    this.place = place;
  }
}

function shortened(value: string): string {
  const plain = value.replace(/[\r\n\t]/g, ' ');
  return plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain;
}
