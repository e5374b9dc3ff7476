import type { ForecasterView, ModelRecord } from '@foreshadow/domain';
import { featureWords, fitWords, forecasterWords, parameterWords, seasonWords } from '../format/model.ts';
import { element } from './dom.ts';

/**
 * The models of a forecaster: forms, parameters, what they were fitted to, and the seasons that led to them; the features
 * of calendar, events and upstream streams beside them.
 */
export function modelList(forecaster: ForecasterView): HTMLElement {
  const { models, seasons, features, atMs } = forecaster;
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
    ...featureList(features),
  );
}

function featureList(features: ForecasterView['features']): readonly HTMLElement[] {
  if (features.length === 0) return [];
  const items = [...features]
    .sort((a, b) => Number(b.isIn) - Number(a.isIn) || a.stepMs - b.stepMs)
    .map((feature) => element('li', {}, featureWords(feature)));
  const title = element('h5', {}, 'Calendar, announced events, upstream streams');
  return [title, element('ul', { class: 'features' }, ...items)];
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
