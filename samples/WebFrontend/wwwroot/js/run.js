// Who ran a call, and where its time went.
import { h, milliseconds } from './dom.js';

const STAGES = [
  ['client', 'Client', 'from the frontend to the silo and back'],
  ['queue', 'Queue', 'waiting for a free worker'],
  ['dispatch', 'Dispatch', 'from the silo to the process and back'],
  ['python', 'Python', 'decoding, running, encoding'],
  ['return', 'Return', 'through the silo to its door'],
];

export function runCard(answer) {
  const times = answer.milliseconds;
  const stages = STAGES.map(([key, name, meaning]) => ({ key, name, meaning, time: times[key], '--colour': `var(--stage-${key})` }));
  return h('div', { class: 'card run', 'data-worker': answer.worker, 'data-pid': answer.pid },
    h('p', { class: 'run-line' },
      h('span', {}, 'Silo ', h('b', { id: 'run-silo' }, answer.silo), ', worker ', h('code', { id: 'run-worker' }, answer.worker), ', process ', h('code', { id: 'run-pid' }, String(answer.pid)), ', ', h('span', { class: 'whole' }, answer.result.engine)),
      h('span', {}, 'Total ', h('b', {}, milliseconds(times.total)))),
    h('div', { class: 'stages', 'aria-hidden': 'true' },
      stages.filter(stage => stage.time > 0).map(stage => h('i', { '--share': stage.time, '--colour': stage['--colour'], title: stage.name }))),
    h('ul', { class: 'legend', 'aria-label': 'Time by stage' },
      stages.map(stage => h('li', { title: stage.meaning, 'data-stage': stage.key }, h('i', { '--colour': stage['--colour'] }), stage.name, h('b', {}, milliseconds(stage.time))))));
}
