/**
 * The page: one live stream in, pools, partitions, decisions and events out, once a second.
 * @module
 */
import type { DecisionView } from '@foreshadow/domain';
import { readPalette } from './chart/palette.ts';
import { Api } from './data/api.ts';
import { LiveFeed } from './data/live-feed.ts';
import { reasonWords } from './format/reason.ts';
import { horizonsOf } from './model/horizons.ts';
import { livenessOf } from './model/liveness.ts';
import { Store } from './model/store.ts';
import { AlertList } from './ui/alert-list.ts';
import { Announcer } from './ui/announcer.ts';
import { Controls } from './ui/controls.ts';
import { DecisionList } from './ui/decision-list.ts';
import { byId } from './ui/dom.ts';
import { EventList } from './ui/event-list.ts';
import { Header } from './ui/header.ts';
import { renderLegend } from './ui/legend.ts';
import { PartitionGrid } from './ui/partition-grid.ts';
import { PoolList } from './ui/pool-list.ts';
import { SamplingList } from './ui/sampling-list.ts';
import { WhatIfSection } from './ui/what-if-section.ts';
import { ThemeSwitch } from './ui/theme.ts';

const CHECK_EVERY_MS = 1_000;
const FIRST_ROWS = 100;

const monotonicMs = (): number => performance.now();
const api = new Api(document.baseURI);
const store = new Store();

// First of all, for every colour depends on it.
new ThemeSwitch(byId('theme'), () => {
  palette = readPalette();
  pools.redraw();
  partitions.redraw();
});
let palette = readPalette();
const currentPalette = () => palette;

const announcer = new Announcer(byId('announcer'));
const header = new Header(announcer);
const alerts = new AlertList(announcer);
const pools = new PoolList(currentPalette);
const sampling = new SamplingList();
const partitions = new PartitionGrid({ store, api, palette: currentPalette, monotonicMs });
const decisions = new DecisionList(store.decisions);
const events = new EventList(store.events);
const whatIf = new WhatIfSection(api, announcer);
const controls = new Controls(byId('controls'), requestDraw);

renderLegend(byId('partition-legend'), [
  { mark: 'line actual', words: 'Load' },
  { mark: 'band forecast', words: 'Forecast, 90 % interval' },
  { mark: 'dash earlier', words: 'Forecast made earlier' },
  { mark: 'line capacity', words: 'Capacity (dotted: if unchanged)' },
]);

let drawRequested = false;

/** Draw before the next frame; a page in the background waits until it is looked at. */
function requestDraw(): void {
  if (drawRequested) return;
  drawRequested = true;
  requestAnimationFrame(() => {
    drawRequested = false;
    draw();
  });
}

function draw(): void {
  const snapshot = store.snapshot;
  if (snapshot === undefined) return;
  controls.offerHorizons(horizonsOf(snapshot));
  header.showSnapshot(snapshot);
  alerts.update(snapshot.alerts, snapshot.atMs);
  pools.update(snapshot, store, controls.choices.pastMs);
  sampling.update(snapshot.sampling);
  partitions.update(snapshot, controls.choices);
  whatIf.update(snapshot);
}

function showLiveness(): void {
  header.showLiveness(livenessOf(feed.link, feed.sinceSnapshotMs), store.snapshot?.atMs);
}

async function catchUp(): Promise<void> {
  partitions.reseed();
  const [decisionRows, eventRows] = await Promise.all([api.decisions(FIRST_ROWS), api.events(FIRST_ROWS)]);
  if (decisionRows !== undefined) store.decisions.add(decisionRows);
  if (eventRows !== undefined) store.events.add(eventRows);
  decisions.update();
  events.update();
}

function takeDecision(decision: DecisionView): void {
  const fresh = store.decisions.add([decision]).length > 0;
  decisions.update();
  if (fresh && decision.changed) {
    announcer.say(`${decision.pool}: ${reasonWords(decision.reason).words}. ${decision.message}`);
  }
}

const feed = new LiveFeed(() => new EventSource(api.liveUrl), monotonicMs, {
  onSnapshot: (snapshot) => {
    if (!store.apply(snapshot)) return;
    showLiveness();
    requestDraw();
  },
  onDecision: takeDecision,
  onEvent: (event) => {
    store.events.add([event]);
    events.update();
  },
  onOpen: () => void catchUp(),
});

feed.start();
showLiveness();
setInterval(() => {
  feed.check();
  showLiveness();
}, CHECK_EVERY_MS);
