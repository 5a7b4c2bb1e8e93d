// Shows above the page which workers do not start, and why, for as long as they do not.
const status = new URL('../v1/status?output=true', document.currentScript.src);
const pause = 1000, limit = 10000;

const banner = document.createElement('section');
banner.setAttribute('role', 'alert');
banner.style.cssText = 'position: sticky; top: 0; z-index: 100; max-height: 60vh; overflow: auto; padding: 0 16px;'
  + 'background: #7a1420; color: #fff; font: 14px/1.4 ui-monospace, monospace';

const problems = pool => pool.shards.flatMap(shard => {
  const worker = shard.workers.find(worker => worker.startFailed && worker.lastFailure);
  if (worker)
    return [{ title: `A worker of pool '${pool.name}' on ${shard.silo} does not start`, text: worker.lastFailure }];
  return ['Failed', 'Tripped'].includes(shard.state) && shard.reason
    ? [{ title: `Pool '${pool.name}' on ${shard.silo}: ${shard.state}`, text: shard.reason }]
    : [];
});

const show = found => {
  banner.replaceChildren(...found.flatMap(({ title, text }) => {
    const [heading, body] = ['h2', 'pre'].map(name => document.createElement(name));
    heading.textContent = title;
    heading.style.cssText = 'font-weight: 700; margin: 12px 0 4px';
    body.textContent = text;
    body.style.cssText = 'white-space: pre-wrap; margin: 0 0 12px';
    return [heading, body];
  }));
  if (found.length > 0)
    document.body.prepend(banner);
  else
    banner.remove();
};

const look = async () => {
  try {
    if (document.hidden)
      return;
    const answer = await fetch(status, { signal: AbortSignal.timeout(limit) });
    if (answer.ok) // what is shown stays when the silo refuses, for example because of a rate limit
      show((await answer.json()).pools.flatMap(problems));
  } catch {
    show([{ title: 'The silo does not answer', text: 'It has stopped, or it is being started again.' }]);
  } finally {
    setTimeout(look, pause);
  }
};

addEventListener('DOMContentLoaded', look);
