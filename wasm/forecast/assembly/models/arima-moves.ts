import * as model from './arima-model';
import { isNew } from './arima-results';
import {
  CANDIDATE, CHOSEN_D, CHOSEN_SEASONAL_D, CURRENT, fieldAt, M, MOST, N, PRESENT, setField, SPEC,
} from './arima-work';
import { AUTO } from './header';

// Starts and moves of the stepwise search, in the order of R's auto.arima (forecast 8.20).

/** The specification's number, within bounds; AUTO where it is open. */
export function fixed(work: usize, i: i32, most: i32): i32 {
  const v = fieldAt(work, SPEC, i);
  return v < 0 ? AUTO : min<i32>(v, most);
}

/** Whether the specification leaves a single model, which then is taken as it comes. */
export function isSpecified(work: usize): bool {
  for (let i = 0; i < 7; i++) if (fieldAt(work, SPEC, i) < 0 && (i < 3 || i == 6 || load<i32>(work, M) > 1)) return false;
  return true;
}

/** Highest orders. */
export function limitOrders(work: usize): void {
  const m = load<i32>(work, M);
  const third = load<i32>(work, PRESENT) / 3;
  let p = min<i32>(model.MOST_P, third);
  const seasonal = m > 1 ? min<i32>(model.MOST_SEASONAL, third / m) : 0;
  if (seasonal > 0) p = min<i32>(p, m - 1);
  for (let i = 0; i < 4; i++) setField(work, MOST, i, i < 2 ? p : seasonal);
}

/** The starting models count as moves before 0. */
export const FIRST_START: i32 = -5;
export const MOVES: i32 = 17;

/** Orders of a start or a move, into CANDIDATE; false where it leads nowhere. */
export function candidate(work: usize, move: i32): bool {
  const short = load<i32>(work, N) < 10;
  const constant = i32(load<i32>(work, CHOSEN_D) + load<i32>(work, CHOSEN_SEASONAL_D) < 2);
  const most = work + MOST;
  for (let i = 0; i < 5; i++) setField(work, CANDIDATE, i, move < 0 ? 0 : fieldAt(work, CURRENT, i));
  if (move < 0) setField(work, CANDIDATE, 4, constant);
  switch (move) {
    case -5: {
      setField(work, CANDIDATE, 0, min<i32>(short ? 1 : 2, load<i32>(most)));
      setField(work, CANDIDATE, 1, min<i32>(short ? 1 : 2, load<i32>(most, 4)));
      setField(work, CANDIDATE, 2, min<i32>(short ? 0 : 1, load<i32>(most, 8)));
      setField(work, CANDIDATE, 3, min<i32>(short ? 0 : 1, load<i32>(most, 12)));
      break;
    }
    case -4: break;
    case -3:
    case -2: {
      const side = move + 3;
      setField(work, CANDIDATE, side, min<i32>(1, fieldAt(work, MOST, side)));
      setField(work, CANDIDATE, side + 2, min<i32>(1, fieldAt(work, MOST, side + 2)));
      break;
    }
    case -1: {
      if (constant == 0) return false;
      setField(work, CANDIDATE, 4, 0);
      break;
    }
    case 16: {
      if (constant == 0) return false;
      setField(work, CANDIDATE, 4, 1 - fieldAt(work, CANDIDATE, 4));
      break;
    }
    default: {
      // P−, Q−, P+, Q+, P−Q−, P−Q+, P+Q−, P+Q+; then the same of p and q.
      const first = move < 8 ? 2 : 0;
      const k = move & 7;
      const left = k < 4 ? (k & 1 ? 0 : k - 1) : (k & 2) - 1;
      const right = k < 4 ? (k & 1 ? k - 2 : 0) : 2 * (k & 1) - 1;
      if (!shift(work, first, left) || !shift(work, first + 1, right)) return false;
    }
  }
  return restrict(work) && isNew(work);
}

function shift(work: usize, i: i32, by: i32): bool {
  const v = fieldAt(work, CANDIDATE, i) + by;
  if (v < 0 || v > fieldAt(work, MOST, i)) return false;
  setField(work, CANDIDATE, i, v);
  return true;
}

/** What is specified stays; true if the candidate can be written so. */
function restrict(work: usize): bool {
  const season = load<i32>(work, M) > 1;
  for (let i = 0; i < 5; i++) {
    const at = i == 0 ? 0 : i == 1 ? 2 : i == 2 ? 3 : i == 3 ? 5 : 6;
    const most = i < 2 ? model.MOST_P : i < 4 ? model.MOST_SEASONAL : 1;
    let v = fixed(work, at, most);
    if (v == AUTO) continue;
    if (!season && (i == 2 || i == 3)) v = 0;
    if (i == 4 && load<i32>(work, CHOSEN_D) + load<i32>(work, CHOSEN_SEASONAL_D) > 1) v = 0;
    setField(work, CANDIDATE, i, v);
  }
  return true;
}
