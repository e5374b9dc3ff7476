import type { MessageInitShape } from '@bufbuild/protobuf';
import { ProtocolError } from '../errors.ts';
import type * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { ModelReport, ModelState, ModelUpdate } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { fromTimeMs, toTimeMs } from './numbers.ts';

export function writeModelReport(
  report: ModelReport,
  session: LinkSession,
): MessageInitShape<typeof wire.ModelReportSchema> {
  return { epoch: fromTimeMs(report.epoch, 'epoch'), ...writeState(report, session) };
}

export function readModelReport(report: wire.ModelReport, session: LinkSession): ModelReport {
  return { kind: 'model', epoch: toTimeMs(report.epoch, 'epoch'), ...readState(report, session) };
}

export function writeModelUpdate(
  update: ModelUpdate,
  session: LinkSession,
): MessageInitShape<typeof wire.ModelUpdateSchema> {
  return { commandId: update.commandId, ...writeState(update, session) };
}

export function readModelUpdate(update: wire.ModelUpdate, session: LinkSession): ModelUpdate {
  return { kind: 'model-update', commandId: update.commandId, ...readState(update, session) };
}

function writeState(model: ModelState, session: LinkSession) {
  const { stream, index } = session.locate(model.partition);
  return { stream, partition: index, atMs: fromTimeMs(model.atMs, 'atMs'), state: bounded(model.state) };
}

function readState(message: wire.ModelReport | wire.ModelUpdate, session: LinkSession): ModelState {
  return {
    partition: session.key(message.stream, message.partition),
    atMs: toTimeMs(message.atMs, 'at_ms'),
    state: bounded(message.state),
  };
}

function bounded(state: Uint8Array): Uint8Array {
  if (state.length <= LIMITS.stateBytes) return state;
  throw new ProtocolError('TOO_LARGE', `state of ${state.length} bytes; at most ${LIMITS.stateBytes}`);
}
