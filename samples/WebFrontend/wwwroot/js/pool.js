// The strip of workers: asks while the page is visible, never twice at a time.
import { getJson } from './api.js';
import { h } from './dom.js';

const PAUSE = 1500;
const strip = document.getElementById('pool');
const list = document.getElementById('workers');
let last = null;

export function markWorker(id) {
  last = id;
  for (const item of list.children) item.toggleAttribute('data-last', item.dataset.id === last);
}

export async function watchPool() {
  for (;;) {
    if (!document.hidden) show(await getJson('/api/pool').catch(() => ({ pool: 'default', state: 'unreachable', workers: [], queued: 0, served: 0 })));
    await new Promise(resume => setTimeout(resume, PAUSE));
  }
}

function show(pool) {
  strip.dataset.state = pool.state;
  setText('pool-name', pool.pool);
  setText('pool-state', describe(pool));
  while (list.children.length > pool.workers.length) list.lastElementChild.remove();
  pool.workers.forEach((worker, i) => update(list.children[i] ?? list.appendChild(dot()), worker));
}

function describe(pool) {
  if (pool.state === 'unreachable') return 'no silo answers';
  const waiting = pool.queued > 0 ? `, ${pool.queued} waiting` : '';
  return `${pool.state}, ${pool.served} ${pool.served === 1 ? 'call' : 'calls'} served${waiting}`;
}

function dot() {
  return h('li', { class: 'worker', tabindex: 0 }, h('i', { 'aria-hidden': 'true' }), h('span', { class: 'served' }), h('span', { class: 'tip', role: 'tooltip' }));
}

function update(item, worker) {
  const facts = [
    `Worker ${worker.id}`,
    worker.pid > 0 ? `process ${worker.pid}` : 'no process',
    `${worker.state}, ${worker.served} served`,
    worker.python ? `Python ${worker.python}` : null,
    worker.lastFailure ? `before: ${worker.lastFailure}` : null,
  ].filter(Boolean);
  item.dataset.id = worker.id;
  item.dataset.state = worker.state;
  item.dataset.pid = worker.pid;
  item.toggleAttribute('data-last', worker.id === last);
  item.setAttribute('aria-label', facts.join(', '));
  item.children[1].textContent = worker.served;
  item.children[2].textContent = facts.join('\n');
}

function setText(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text; // a live region speaks on every change
}
