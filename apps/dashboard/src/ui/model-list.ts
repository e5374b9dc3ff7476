import type { ForecasterView, ModelRecord } from '@foreshadow/domain';
import { fitWords, forecasterWords, parameterWords, seasonWords } from '../format/model.ts';
import { element } from './dom.ts';

/** The models of a forecaster: forms, parameters, what they were fitted to, and the seasons that led to them. */
export function modelList(forecaster: ForecasterView): HTMLElement {
  const { models, seasons, atMs } = forecaster;
  const items = [...models]
    .sort((a, b) => a.stepMs - b.stepMs || a.algorithm.localeCompare(b.algorithm))
    .map((model) => modelItem(model, atMs));
  const none =
    models.length === 0 ? element('p', { class: 'muted' }, 'No model has been fitted yet.') : undefined;
  return element(
    'section',
    { class: 'models' },
    element('h4', {}, `Models of ${forecasterWords(forecaster)}`),
    element('p', { class: 'muted' }, capitalised(seasonWords(seasons))),
    none,
    element('ul', {}, ...items),
  );
}

function modelItem(model: ModelRecord, nowMs: number): HTMLElement {
  const parameters = parameterWords(model.parameters);
  return element(
    'li',
    {},
    element(
      'p',
      { class: 'model-form' },
      element('strong', {}, model.algorithm),
      ' ',
      element('span', { class: 'form' }, model.form),
    ),
    parameters === '' ? undefined : element('p', { class: 'parameters' }, parameters),
    element('p', { class: 'muted', title: `kernel ${model.version}` }, fitWords(model, nowMs)),
  );
}

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1) + '.';
