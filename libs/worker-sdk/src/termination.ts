/**
 * A signal that aborts on the first SIGTERM or SIGINT of the process, so that a worker drains; a second one ends the
 * process at once, as without it.
 */
export function terminationSignal(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => abort.abort(name));
  return abort.signal;
}
