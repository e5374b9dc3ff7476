import { hostname } from 'node:os';

/** A replica's name in the election: its link's address, and the machine, since many listen on the same loopback address. */
export function candidateOf(linkUrl: string): string {
  return `${linkUrl}#${hostname()}`;
}

/** The link's address of a candidate. */
export function linkUrlOf(candidate: string | undefined): string | undefined {
  return candidate?.slice(0, candidate.lastIndexOf('#'));
}
