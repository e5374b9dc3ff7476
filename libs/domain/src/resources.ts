/** What a worker, a partition or a pool needs, uses or may use. */
export interface ResourceVector {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly networkBytesPerSec: number;
  readonly diskBytesPerSec: number;
}

export const RESOURCES: readonly (keyof ResourceVector)[] = [
  'cpuCores',
  'memoryBytes',
  'networkBytesPerSec',
  'diskBytesPerSec',
];

export const NO_RESOURCES: ResourceVector = {
  cpuCores: 0,
  memoryBytes: 0,
  networkBytesPerSec: 0,
  diskBytesPerSec: 0,
};

/** Build a vector by asking for each resource in turn. */
export function mapResources(value: (resource: keyof ResourceVector) => number): ResourceVector {
  return {
    cpuCores: value('cpuCores'),
    memoryBytes: value('memoryBytes'),
    networkBytesPerSec: value('networkBytesPerSec'),
    diskBytesPerSec: value('diskBytesPerSec'),
  };
}
