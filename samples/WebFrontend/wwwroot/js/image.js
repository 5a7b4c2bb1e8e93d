// The result of analyse_image.
import { h, percent, svg } from './dom.js';
import { runCard } from './run.js';

export function imageView(answer, title, original) {
  const found = answer.result;
  return [
    h('div', { class: 'heading' }, h('div', {}, h('p', { class: 'eyebrow' }, 'Picture'), h('h2', {}, title))),
    runCard(answer),
    h('div', { class: 'pictures' },
      picture(original, 'Original', `${found.width} × ${found.height}`),
      picture(png(found.paletteImage), 'In its palette', `${found.colours.length} colours`),
      picture(png(found.edgeImage), 'Its edges', `${found.sharpness.label}, ${Math.round(found.sharpness.score)}`)),
    h('div', { class: 'grid two' },
      h('section', { class: 'card' }, h('h3', {}, 'Dominant colours'), band(found.colours), swatches(found.colours)),
      h('section', { class: 'card' }, h('h3', {}, 'Brightness'), histogram(found.brightness.histogram),
        h('p', { class: 'axis' }, h('span', {}, 'dark'), h('span', {}, `mean ${percent(found.brightness.mean)}`), h('span', {}, 'bright')))),
  ];
}

const png = base64 => `data:image/png;base64,${base64}`;

function picture(source, caption, extra) {
  return h('figure', {}, h('img', { src: source, alt: caption }), h('figcaption', {}, h('span', {}, caption), h('span', {}, extra)));
}

function band(colours) {
  return h('div', { class: 'band', 'aria-hidden': 'true' }, colours.map(colour => h('i', { '--share': colour.share, '--colour': colour.hex, title: colour.hex })));
}

function swatches(colours) {
  return h('ul', { class: 'swatches' }, colours.map(colour => h('li', {},
    h('i', { '--colour': colour.hex }), h('code', {}, colour.hex), h('span', { class: 'number' }, percent(colour.share, 1)))));
}

function histogram(counts) {
  const [height, step] = [110, 10];
  const top = Math.max(...counts);
  const label = `Histogram of brightness in ${counts.length} steps from dark to bright`;
  return svg('svg', { class: 'histogram', viewBox: `0 0 ${counts.length * step} ${height + 1}`, role: 'img', 'aria-label': label },
    svg('line', { x1: 0, x2: counts.length * step, y1: height + 0.5, y2: height + 0.5 }),
    counts.map((count, i) => {
      // The root lets rare shades be seen beside a wide sky.
      const size = Math.sqrt(count / top) * height;
      return svg('rect', { x: i * step + 1, y: (height - size).toFixed(1), width: step - 2, height: size.toFixed(1), rx: 1.5 });
    }));
}
