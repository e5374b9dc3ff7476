import type { Figure } from '../report.ts';
import { bankFigures } from '../forecast/bank.ts';
import { fitFigures } from '../forecast/fits.ts';
import { lstmFigures } from '../forecast/lstm.ts';
import { sizeFigures } from '../forecast/sizes.ts';

/** Cost of the bank and of fits, beside other libraries, and what the code weighs. */
export async function forecastSuite(): Promise<Figure[]> {
  return [
    ...(await bankFigures()),
    ...(await fitFigures()),
    ...(await lstmFigures()),
    ...(await sizeFigures()),
  ];
}
