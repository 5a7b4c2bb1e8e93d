// The error card.
import { h } from './dom.js';

export function problemView(problem, retry) {
  const python = problem.python;
  return [h('div', { class: 'card problem', role: 'alert' },
    h('p', { class: 'eyebrow' }, problem.title),
    h('h2', {}, headline(problem)),
    h('p', { class: 'message' }, python?.message || problem.message),
    h('dl', {}, fact('Code', problem.code), fact('Outcome', problem.outcome), fact('Where', problem.stage), fact('Python', python?.type), fact('Status', problem.status)),
    python?.traceback ? h('details', {}, h('summary', {}, 'Python traceback'), h('pre', {}, python.traceback)) : null,
    retry && canHelp(problem) ? h('div', { class: 'actions' }, h('button', { class: 'primary', type: 'button', onclick: retry }, 'Try again')) : null)];
}

// The same input fails the same way once a tool has looked at it.
function canHelp(problem) {
  return problem.outcome !== 'Ran' && problem.code !== 'too_large';
}

function headline(problem) {
  switch (problem.code) {
    case 'tool_raised': return 'Python could not make sense of it.';
    case 'cluster_unreachable':
    case 'silo_unreachable': return 'Nobody is there to do the work.';
    case 'pool_not_ready': return 'The workers are still waking up.';
    case 'queue_full':
    case 'queue_timeout': return 'The pool is busy.';
    case 'too_large': return 'That is more than this page takes.';
    default: return 'The analysis did not succeed.';
  }
}

function fact(name, value) {
  return value === null || value === undefined ? null : h('div', {}, h('dt', {}, name), h('dd', {}, String(value)));
}
