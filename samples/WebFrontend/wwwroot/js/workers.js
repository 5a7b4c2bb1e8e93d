// A list of workers, one dot each.
import { h } from './dom.js';

export function showWorkers(list, workers, last) {
  while (list.children.length > workers.length) list.lastElementChild.remove();
  workers.forEach((worker, i) => update(list.children[i] ?? list.appendChild(dot()), worker, last));
}

export function markWorkers(list, last) {
  for (const item of list.children) item.toggleAttribute('data-last', item.dataset.id === last);
}

function dot() {
  return h('li', { class: 'worker', tabindex: 0 }, h('i', { 'aria-hidden': 'true' }), h('span', { class: 'served' }), h('span', { class: 'tip', role: 'tooltip' }));
}

function update(item, worker, last) {
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
