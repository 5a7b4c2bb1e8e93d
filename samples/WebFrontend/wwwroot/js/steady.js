// Calls one after the other until it is told to stop, so that a lost silo can be watched under load.
import { analyse, getBlob } from './api.js';
import { markAnswer } from './pool.js';
import { counted, tell } from './silos.js';

const PAUSE = 150;
const button = document.getElementById('steady');
const text = document.getElementById('steady-text');
let calls = 0, failed = 0, running = false;

export function offerSteadyCalls(names) {
  button.addEventListener('click', () => {
    running = !running;
    button.setAttribute('aria-pressed', String(running));
    button.textContent = running ? 'Stop calling' : 'Keep calling';
    if (running) keepCalling(names());
  });
}

async function keepCalling(names) {
  for (let i = 0; running; i++) {
    try {
      const blob = await getBlob(`/api/samples/documents/${encodeURIComponent(names[i % names.length])}`);
      markAnswer(await analyse('documents', await blob.text()));
    } catch (problem) {
      failed++;
      tell(`A call failed: ${problem.message}`, 'bad');
    }
    calls++;
    text.textContent = `${counted(calls, 'call')}, ${failed} failed`;
    await new Promise(resume => setTimeout(resume, PAUSE));
  }
}
