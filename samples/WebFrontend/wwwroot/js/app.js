// Ties the page together: what was picked is fetched, analysed and shown; a newer pick cancels an older one.
import { analyse, getBlob, getJson, Problem } from './api.js';
import { documentView } from './document.js';
import { h } from './dom.js';
import { imageView } from './image.js';
import { markAnswer, watchPool } from './pool.js';
import { problemView } from './problem.js';
import { offerSteadyCalls } from './steady.js';
import { bytes, prepare } from './upload.js';

const result = document.getElementById('result');
const drop = document.getElementById('drop');
const file = document.getElementById('file');
const buttons = new Map(); // 'documents/tides' → its button
let samples = { documents: [], images: [], maxDocumentBytes: 256 * 1024, maxImageBytes: 4 * 1024 * 1024 };
let running = null;

async function start() {
  watchPool();
  offerSteadyCalls(() => samples.documents.map(document => document.name));
  file.addEventListener('change', () => { if (file.files.length > 0) pickFile(file.files[0]); file.value = ''; });
  for (const type of ['dragover', 'dragleave', 'drop']) document.addEventListener(type, onDrag);
  try {
    samples = await getJson('/api/samples');
    fillPicker();
  } catch (problem) {
    show(problemView(problem, () => location.reload()));
  }
}

function fillPicker() {
  document.getElementById('limits').textContent = `Drop it here, or browse. Text to ${bytes(samples.maxDocumentBytes)}, pictures to ${bytes(samples.maxImageBytes)}`;
  for (const image of samples.images)
    add('images', image, h('img', { src: `/api/samples/images/${encodeURIComponent(image.name)}`, alt: '', width: 96, height: 72 }), image.title);
  for (const item of samples.documents) add('documents', item, item.title);
}

function add(kind, sample, ...content) {
  const button = h('button', { type: 'button', 'aria-pressed': 'false', 'data-name': sample.name, onclick: () => pickSample(kind, sample) }, ...content);
  buttons.set(`${kind}/${sample.name}`, button);
  document.getElementById(kind).append(h('li', {}, button));
}

function pickSample(kind, sample) {
  return run(`${kind}/${sample.name}`, async signal => {
    const blob = await getBlob(`/api/samples/${kind}/${encodeURIComponent(sample.name)}`, signal);
    return kind === 'images'
      ? { kind, title: sample.title, body: blob, original: URL.createObjectURL(blob) }
      : { kind, title: sample.title, body: await blob.text(), text: (await blob.text()).split('\n').slice(1).join('\n').trim() };
  });
}

function pickFile(chosen) {
  return run(null, () => prepare(chosen, samples));
}

async function run(key, load) {
  running?.abort();
  const own = running = new AbortController();
  for (const [name, button] of buttons) button.setAttribute('aria-pressed', String(name === key));
  result.setAttribute('aria-busy', 'true');
  try {
    const picked = await load(own.signal);
    const answer = await analyse(picked.kind, picked.body, own.signal);
    if (own.signal.aborted) return;
    markAnswer(answer);
    show(picked.kind === 'documents'
      ? documentView(answer, picked.title, picked.text, other => pickSample('documents', other))
      : imageView(answer, picked.title, picked.original));
  } catch (error) {
    if (own.signal.aborted) return;
    if (!(error instanceof Problem)) console.error(error);
    show(problemView(error instanceof Problem ? error : new Problem({ detail: String(error) }), () => run(key, load)));
  } finally {
    if (running === own) result.setAttribute('aria-busy', 'false');
  }
}

function show(content) {
  for (const image of result.querySelectorAll('img[src^="blob:"]')) URL.revokeObjectURL(image.src);
  result.replaceChildren(...content);
  // On a narrow screen the result is below the picker.
  if (result.getBoundingClientRect().top > innerHeight * 0.6) result.scrollIntoView({ block: 'start' });
}

function onDrag(event) {
  event.preventDefault();
  drop.classList.toggle('over', event.type === 'dragover');
  if (event.type === 'drop' && event.dataTransfer.files.length > 0) pickFile(event.dataTransfer.files[0]);
}

start();
