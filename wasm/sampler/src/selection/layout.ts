/** Bytes of a reservoir's state: generators, carry, W. */
export const RESERVOIR_STATE_BYTES = 80;

/** Bytes of a priority sample's state before its entries. */
export const PRIORITY_STATE_BYTES = 80;

/** Bytes of each of its k + 1 entries. */
export const PRIORITY_ENTRY_BYTES = 16;
