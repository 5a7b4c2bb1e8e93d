// From a file of the visitor to something the frontend takes.
import { Problem } from './api.js';

const LONGEST_SIDE = 1600;
const TEXT_NAME = /\.(txt|md|csv|json|log|html?|xml|rst)$/i;

export async function prepare(file, limits) {
  if (file.size === 0) throw new Problem({ title: 'Empty file', detail: `'${file.name}' has no content.` });
  return file.type.startsWith('image/') ? prepareImage(file, limits.maxImageBytes) : prepareText(file, limits.maxDocumentBytes);
}

async function prepareText(file, limit) {
  if (!file.type.startsWith('text/') && !TEXT_NAME.test(file.name))
    throw new Problem({ title: 'Neither text nor picture', detail: `'${file.name}' is ${file.type || 'of an unknown kind'}. Plain text and pictures can be analysed.` });
  check(file.name, file.size, limit);
  const text = await file.text();
  return { kind: 'documents', title: file.name, body: text, text };
}

async function prepareImage(file, limit) {
  const body = file.type === 'image/png' ? file : await toPng(file);
  check(file.name, body.size, limit);
  return { kind: 'images', title: file.name, body, original: URL.createObjectURL(body) };
}

// The tool reads PNG; the browser knows the other formats. What even the browser cannot read goes as it is: Python says why.
async function toPng(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return file;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise(done => canvas.toBlob(blob => done(blob ?? file), 'image/png'));
}

function check(name, size, limit) {
  if (size > limit)
    throw new Problem({ title: 'Too large', code: 'too_large', detail: `'${name}' has ${bytes(size)}; the limit is ${bytes(limit)}.` });
}

export function bytes(count) {
  return count >= 1024 * 1024 ? `${+(count / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(count / 1024)} KB`;
}
