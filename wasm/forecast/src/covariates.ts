/** What speaks for a group of features, over the steps at which it made a difference. */
export interface GroupEvidence {
  readonly isIn: boolean;
  /** It is out, but explains more of the past than chance would. */
  readonly isCandidate: boolean;
  /** Share of the one-step error that it saves, or would; NaN where it made no difference yet. */
  readonly saved: number;
  /** Sum of what it gained in units of its root sum of squares: it enters above 2.2 and leaves below −1.5. */
  readonly score: number;
  /** Steps that this rests on, the older ones weighing less. */
  readonly steps: number;
}

/** A group of features entered or left. */
export interface GroupChange {
  /** Steps of the series until then. */
  readonly step: number;
  readonly group: number;
  readonly entered: boolean;
  /** Share of the one-step error that it saved, or would have saved; negative where it did harm. */
  readonly saved: number;
}

/** What a covariates expert has decided, and why. */
export interface CovariatesView {
  /** Steps of the series so far, missing ones included. */
  readonly steps: number;
  readonly groups: readonly GroupEvidence[];
  /** The newest changes, oldest first, but those of groups that mean something else since. */
  readonly changes: readonly GroupChange[];
}

/** Features and groups that a block has room for. */
export const COVARIATE_LIMITS = { features: 40, groups: 16 } as const;

// As in the kernel's `covariates-block.ts`.
const LOG = 96;
const LOG_ENTRIES = 16;
const EVIDENCE = 584;

/** Read a block. */
export function decodeCovariates(block: DataView): CovariatesView {
  const word = (at: number): number => block.getInt32(at, true);
  const groups = Array.from({ length: word(4) }, (_, g) => {
    const [gain = 0, squares = 0, loss = 0, steps = 0] = [0, 8, 16, 24].map((o) =>
      block.getFloat64(EVIDENCE + 32 * g + o, true),
    );
    return {
      isIn: ((word(20) >> g) & 1) === 1,
      isCandidate: ((word(24) >> g) & 1) === 1,
      saved: gain / loss,
      score: squares > 0 ? gain / Math.sqrt(squares) : 0,
      steps,
    };
  });
  const logged = word(16);
  const kept = Math.min(logged, LOG_ENTRIES);
  const changes = Array.from({ length: kept }, (_, i) => {
    const at = LOG + 16 * ((logged - kept + i) % LOG_ENTRIES);
    const saved = block.getFloat32(at + 12, true);
    return { step: word(at), group: word(at + 4), entered: word(at + 8) === 1, saved };
  });
  // Those of a group that was forgotten are struck out.
  return { steps: word(0), groups, changes: changes.filter((change) => change.group >= 0) };
}
