// The silos of a cluster: which ones there are, how many answers each gave to this page, and what became of them.
// A silo alone is no cluster: the page then shows its workers only.
import { h } from './dom.js';
import { markWorkers, showWorkers } from './workers.js';

const MOST_EVENTS = 6;
const section = document.getElementById('cluster');
const list = document.getElementById('silos');
const events = document.getElementById('events');
const known = new Map(); // name → { row, state, workers, answers }
let isFirst = true;

// Returns whether there is a cluster to show.
export function showSilos(pool, last) {
  if (pool.state !== 'unreachable') {
    const present = new Set(pool.silos.map(silo => silo.name));
    const isCluster = new Set([...known.keys(), ...present]).size > 1;
    for (const silo of pool.silos) see(silo, isCluster ? silo.workers : [], last);
    for (const [name, silo] of known) if (!present.has(name)) miss(name, silo);
    isFirst = false;
  }
  section.hidden = known.size < 2;
  return !section.hidden;
}

export function markSilo(answer) {
  for (const [name, silo] of known) {
    if (name === answer.silo) silo.answers++;
    silo.row.toggleAttribute('data-last', name === answer.silo);
    silo.row.children[3].textContent = counted(silo.answers, 'answer');
    markWorkers(silo.row.children[2], answer.worker);
  }
}

export function tell(text, kind = 'news') {
  events.prepend(h('li', { 'data-kind': kind }, h('time', {}, new Date().toLocaleTimeString('en-GB')), text));
  while (events.children.length > MOST_EVENTS) events.lastElementChild.remove();
}

export const counted = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

function see(report, workers, last) {
  const silo = known.get(report.name) ?? add(report.name);
  const before = silo.state;
  set(silo, report.state);
  if (report.state !== 'silent') {
    silo.workers = report.workers.length;
    showWorkers(silo.row.children[2], workers, last);
  }
  if (isFirst || before === report.state) return;
  if (before === null) tell(`${report.name} has joined.`, 'good');
  else if (before === 'gone') tell(`${report.name} is back, with new workers.`, 'good');
  else if (report.state === 'silent') tell(`${report.name} does not answer. New calls avoid it.`, 'bad');
  else if (report.state === 'draining') tell(`${report.name} drains: it finishes its calls and takes no new ones.`);
}

function miss(name, silo) {
  if (silo.state === 'gone') return;
  const how = silo.state === 'draining' ? 'has left after its drain' : `is gone, and its ${counted(silo.workers, 'worker')} with it`;
  set(silo, 'gone');
  showWorkers(silo.row.children[2], [], null);
  const others = [...known].filter(([, other]) => other.state !== 'gone').map(([other]) => other);
  tell(`${name} ${how}. ${others.length > 0 ? `Calls go to ${others.join(' and ')}.` : 'Nobody is left to take calls.'}`, 'bad');
}

function add(name) {
  const row = h('li', { class: 'silo', 'data-silo': name }, h('b', {}, name), h('span', { class: 'silo-state' }), h('ul', { class: 'workers' }),
    h('span', { class: 'answers' }, counted(0, 'answer')));
  const next = [...list.children].find(other => other.dataset.silo > name) ?? null;
  list.insertBefore(row, next);
  const silo = { row, state: null, workers: 0, answers: 0 };
  known.set(name, silo);
  return silo;
}

function set(silo, state) {
  silo.state = state;
  silo.row.dataset.state = state;
  silo.row.children[1].textContent = state;
}
