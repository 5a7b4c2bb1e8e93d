// The frontend's endpoints. A failed call is a Problem with the fields of the error card.

export class Problem extends Error {
  constructor(fields) {
    super(fields.detail ?? fields.title);
    Object.assign(this, { title: 'Something went wrong', code: null, outcome: null, stage: null, python: null }, fields);
  }
}

export async function getJson(path, signal) {
  return read(await send(path, { signal }));
}

export async function getBlob(path, signal) {
  const response = await send(path, { signal });
  if (!response.ok) await read(response);
  return response.blob();
}

export async function analyse(kind, body, signal) {
  const type = kind === 'documents' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  return read(await send(`/api/${kind}`, { method: 'POST', body, signal, headers: { 'Content-Type': type } }));
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({ title: 'The frontend cannot be reached', detail: 'The web application does not answer. Is it still running?' });
  }
}

async function read(response) {
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  throw new Problem({ ...(body ?? { detail: `The frontend answered with status ${response.status}.` }), status: response.status });
}
