import { CliError } from './errors.ts';

/** Longer than any record an edge takes: without a bound, input without line ends would fill memory. */
const LONGEST_LINE_CHARACTERS = 16 * 1024 * 1024;

/**
 * Lines of a byte stream, without their ends (LF or CRLF). Bytes that are not UTF-8 become U+FFFD.
 * @throws {CliError} `FAILED` at a line of more than 16 Mi characters, with its number.
 */
export async function* linesOf(
  input: AsyncIterable<Uint8Array>,
  longest: number = LONGEST_LINE_CHARACTERS,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 1;
  for await (const chunk of input) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield withoutReturn(text);
    line += lines.length;
    if (rest.length > longest) {
      throw new CliError('FAILED', `line ${line} has more than ${longest} characters; is this text?`);
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
