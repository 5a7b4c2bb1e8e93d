// The pool at the top of the page: asks while the page is visible, never twice at a time.
import { getJson } from './api.js';
import { markSilo, showSilos } from './silos.js';
import { markWorkers, showWorkers } from './workers.js';

const PAUSE = 1500;
const UNREACHABLE = { pool: 'default', state: 'unreachable', silos: [], queued: 0, served: 0 };
const strip = document.getElementById('pool');
const list = document.getElementById('workers');
let last = null;

export function markAnswer(answer) {
  last = answer.worker;
  markWorkers(list, last);
  markSilo(answer);
}

export async function watchPool() {
  for (;;) {
    if (!document.hidden) show(await getJson('/api/pool').catch(() => UNREACHABLE));
    await new Promise(resume => setTimeout(resume, PAUSE));
  }
}

function show(pool) {
  strip.dataset.state = pool.state;
  setText('pool-name', pool.pool);
  setText('pool-state', describe(pool));
  const isCluster = showSilos(pool, last);
  showWorkers(list, isCluster ? [] : pool.silos.flatMap(silo => silo.workers), last);
}

function describe(pool) {
  if (pool.state === 'unreachable') return 'no silo answers';
  const waiting = pool.queued > 0 ? `, ${pool.queued} waiting` : '';
  return `${pool.state}, ${pool.served} ${pool.served === 1 ? 'call' : 'calls'} served${waiting}`;
}

function setText(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text; // a live region speaks on every change
}
