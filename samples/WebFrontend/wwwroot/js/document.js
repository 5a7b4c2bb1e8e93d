// The result of analyse_document.
import { h, percent } from './dom.js';
import { runCard } from './run.js';

const SHOWN = 6000; // characters

export function documentView(answer, title, text, open) {
  const found = answer.result;
  return [
    h('div', { class: 'heading' }, h('div', {}, h('p', { class: 'eyebrow' }, 'Document'), h('h2', {}, title))),
    runCard(answer),
    facts(found),
    h('div', { class: 'grid two' },
      h('div', { class: 'grid' },
        h('section', { class: 'card' }, h('h3', {}, 'In short'), h('ol', { class: 'summary' }, found.summary.map(sentence => h('li', {}, sentence)))),
        h('section', { class: 'card source' }, h('h3', {}, 'The text and its keywords'), h('p', {}, marked(text, found.keywords)))),
      h('div', { class: 'grid' },
        h('section', { class: 'card' }, h('h3', {}, 'Keywords'), keywords(found.keywords)),
        h('section', { class: 'card' }, h('h3', {}, 'Most similar'), similar(found.similar, open)))),
  ];
}

function facts(found) {
  const minutes = found.readingSeconds < 60 ? `${found.readingSeconds} s` : `${Math.round(found.readingSeconds / 6) / 10} min`;
  return h('dl', { class: 'facts' },
    fact('Language', found.language.name, `${percent(found.language.confidence)} sure`),
    fact('Reading time', minutes),
    fact('Words', found.words.toLocaleString('en')),
    fact('Sentences', found.sentences.toLocaleString('en')));
}

function fact(name, value, extra) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value, extra ? h('small', {}, extra) : null));
}

// The beginning of the text, with its keywords marked.
function marked(text, list) {
  const words = new Set(list.map(keyword => keyword.word));
  const parts = text.slice(0, SHOWN).split(/(\p{L}+(?:['’-]\p{L}+)*)/u).map(part => words.has(part.toLowerCase()) ? h('mark', {}, part) : part);
  return text.length > SHOWN ? [...parts, ' …'] : parts;
}

function keywords(list) {
  const [top, bottom] = [list[0].weight, list.at(-1).weight];
  return h('ul', { class: 'keywords' }, list.map(keyword => {
    const heat = top > bottom ? (keyword.weight - bottom) / (top - bottom) : 1;
    return h('li', { '--heat': heat.toFixed(3), class: heat > 0.5 ? 'hot' : null, title: `weight ${keyword.weight}, ${keyword.count} times` },
      keyword.word, keyword.count > 1 ? h('small', {}, `×${keyword.count}`) : null);
  }));
}

function similar(list, open) {
  if (list.length === 0) return h('p', { class: 'none' }, 'No shipped document shares a word with it.');
  return h('ul', { class: 'similar' }, list.map(other => h('li', {},
    h('button', { type: 'button', onclick: () => open(other) },
      h('span', {}, other.title),
      h('span', { class: 'number' }, percent(other.similarity, 1)),
      h('span', { class: 'bar', 'aria-hidden': 'true' }, h('i', { '--share': Math.sqrt(other.similarity) }))))));
}
