/** Drawing over the timeline chooses its time. Whoever cannot draw types the time into the filter. */

/** @param onChoose called with the bounds that were drawn; epoch milliseconds, the end exclusive */
export function brushTimeline(onChoose: (fromMs: number, toMs: number) => void): void {
  const chart = document.querySelector<SVGSVGElement>('svg.timeline');
  const mark = chart?.querySelector<SVGRectElement>('.brush');
  if (!chart || !mark) return;
  const number = (name: string) => Number(chart.dataset[name]);
  const [from, step, steps, left, right] = [number('from'), number('step'), number('steps'), number('left'), number('right')];
  const width = chart.viewBox.baseVal.width;
  const stepAt = (event: PointerEvent) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    return Math.max(0, Math.min(steps - 1, Math.floor(((x - left) / (width - left - right)) * steps)));
  };
  let begin = -1;
  const draw = (end: number) => {
    const scale = (width - left - right) / steps;
    const [low, high] = [Math.min(begin, end), Math.max(begin, end) + 1];
    mark.setAttribute('x', String(left + low * scale));
    mark.setAttribute('width', String((high - low) * scale));
  };
  chart.classList.add('brushable');
  chart.addEventListener('pointerdown', (event) => {
    begin = stepAt(event);
    draw(begin);
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener('pointermove', (event) => {
    if (begin >= 0) draw(stepAt(event));
  });
  chart.addEventListener('pointerup', (event) => {
    if (begin < 0) return;
    const end = stepAt(event);
    onChoose(from + Math.min(begin, end) * step, from + (Math.max(begin, end) + 1) * step);
    begin = -1;
  });
  chart.addEventListener('pointercancel', () => {
    begin = -1;
    mark.setAttribute('width', '0');
  });
}

/** Shows a choice that was made elsewhere. */
export function showBrush(fromMs: number | null, toMs: number | null): void {
  const chart = document.querySelector<SVGSVGElement>('svg.timeline');
  const mark = chart?.querySelector<SVGRectElement>('.brush');
  if (!chart || !mark) return;
  if (fromMs === null && toMs === null) {
    mark.setAttribute('width', '0');
    return;
  }
  const number = (name: string) => Number(chart.dataset[name]);
  const scale = (chart.viewBox.baseVal.width - number('left') - number('right')) / (number('steps') * number('step'));
  const [first, last] = [number('from'), number('from') + number('steps') * number('step')];
  const low = Math.max(first, fromMs ?? first);
  const high = Math.min(last, toMs ?? last);
  mark.setAttribute('x', String(number('left') + (low - first) * scale));
  mark.setAttribute('width', String(Math.max(0, (high - low) * scale)));
}
