import { element } from './dom.ts';

/** A table from rows of text; the first cell of each row is its heading. */
export function textTable(
  className: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLTableElement {
  const heading = head.map((text) => element('th', { scope: 'col' }, text));
  const body = rows.map(([first = '', ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, first),
      ...cells.map((cell) => element('td', {}, cell)),
    ),
  );
  return element(
    'table',
    { class: className },
    head.length === 0 ? undefined : element('thead', {}, element('tr', {}, ...heading)),
    element('tbody', {}, ...body),
  );
}
