// What does not fit on this page: words cut in the middle, controls on top of each other, things wider than the window.
(() => {
  const named = (one) => `${one.tagName.toLowerCase()}.${one.className?.baseVal ?? one.className} “${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 60)}”`;
  const seen = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !one.closest('.unseen, .maplibregl-map');
  };
  const scrolls = (style) => /auto|scroll/.test(style.overflowX);
  const cut = () =>
    [...document.querySelectorAll('body *')].filter((one) => {
      if (!seen(one) || ![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) return false;
      if (one.matches('input, select, textarea, option, svg *')) return false;
      const style = getComputedStyle(one);
      const holder = style.display === 'inline' ? one.parentElement : one;
      const box = getComputedStyle(holder);
      return box.overflowX !== 'visible' && !scrolls(box) && box.textOverflow !== 'ellipsis' && holder.scrollWidth > holder.clientWidth + 1;
    });
  const controls = () => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, summary')].filter(seen);
  const inSight = (one) => {
    const box = one.getBoundingClientRect();
    const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return there !== null && (one.contains(there) || there.contains(one));
  };
  const overlapping = () => {
    const all = controls().filter(inSight).map((one) => [one, one.getBoundingClientRect()]);
    return all.flatMap(([a, p], index) =>
      all.slice(index + 1).filter(([b, q]) => !a.contains(b) && !b.contains(a) && Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 2).map(([b]) => `${named(a)} and ${named(b)} lie on each other`));
  };
  const squeezed = () => controls().filter((one) => one.tagName === 'BUTTON' && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== 'visible');
  const sticksOut = () =>
    controls().filter((one) => {
      const box = one.getBoundingClientRect();
      if (box.left >= -1 && box.right <= innerWidth + 1) return false;
      for (let above = one.parentElement; above; above = above.parentElement) if (scrolls(getComputedStyle(above))) return false;
      return true;
    });
  window.misfits = () => [
    ...(document.documentElement.scrollWidth > innerWidth ? [`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`] : []),
    ...cut().map((one) => `${named(one)} is cut`),
    ...squeezed().map((one) => `${named(one)} does not hold its words`),
    ...sticksOut().map((one) => `${named(one)} is out of the window`),
    ...overlapping(),
  ];
})();
