// What a person could use on this page now, and what the page says, to tell whether using it had an effect.
(() => {
  const USABLE = 'button, a[href], summary, select, input, textarea, [role=option], [role=tab], [role=radio], [role=checkbox], [role=switch], [role=menuitem]';
  // Call signs and numbers tell alike controls apart: they are left out.
  const plain = (text) => text.replace(/\b[A-Z]{1,3}\d+\b/g, '#').replace(/[\d.,:–-]+/g, '#').replace(/\s+/g, ' ').trim().slice(0, 70);
  const labelOf = (one) => {
    const by = one.getAttribute('aria-labelledby');
    const named = by ? by.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ') : '';
    return one.getAttribute('aria-label') || named || [...(one.labels ?? [])].map((label) => label.textContent).join(' ') || '';
  };
  const roleOf = (one) => one.getAttribute('role') ?? (one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase());
  const usable = (one) => {
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || !one.checkVisibility({ visibilityProperty: true })) return false;
    return !one.matches(':disabled, [aria-disabled=true], [readonly], [inert] *, .maplibregl-ctrl-attrib *');
  };
  const place = (one) => {
    const names = [];
    for (let above = one.parentElement?.closest('[aria-label], [aria-labelledby], fieldset'); above; above = above.parentElement?.closest('[aria-label], [aria-labelledby], fieldset'))
      names.unshift(plain(above.tagName === 'FIELDSET' ? (above.querySelector('legend')?.textContent ?? '') : labelOf(above)));
    return names.join(' > ');
  };
  // Rows of one list are alike: the first two stand for all; of controls of one kind and look in one place, the first ten.
  const described = (one, seen) => {
    const role = roleOf(one);
    const where = place(one);
    const name = plain(labelOf(one) || one.textContent || one.placeholder || one.title || one.name || '');
    const alike = `${where} ${role} ${role === 'option' ? '' : one.className}`;
    const nth = (seen.get(alike) ?? 0) + 1;
    seen.set(alike, nth);
    if (role === 'option') return nth > 2 ? null : `${where} | row ${nth}`;
    return nth > 10 ? null : `${where} | ${role} | ${name}`;
  };
  const offered = () => {
    const found = new Map();
    const seen = new Map();
    for (const one of document.querySelectorAll(USABLE)) {
      if (!usable(one)) continue;
      const key = described(one, seen);
      if (key !== null && !found.has(key)) found.set(key, one);
    }
    return found;
  };
  const isOn = (one) =>
    one.matches('[aria-selected=true], [aria-pressed=true], [aria-checked=true], [aria-current]:not([aria-current=false]), input:checked') ||
    (one.tagName === 'A' && one.href === location.href);
  const around = (one) => {
    const copy = document.activeElement;
    const focus = copy === one || copy === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(copy);
    const values = [...document.querySelectorAll('input, select, textarea')].filter((each) => each !== one).map((each) => (each.type === 'checkbox' ? each.checked : each.value));
    const look = [...document.documentElement.attributes].map((each) => each.value).join();
    return [location.pathname + location.search, look, focus, values.join('\u0001'), document.body.outerHTML.replace(/[\d.,:–-]+/g, '#')].join('\u0002');
  };
  const wired = { posted: 0, printed: 0 };
  const fetched = window.fetch.bind(window);
  window.fetch = (...asked) => {
    if ((asked[1]?.method ?? 'GET') !== 'GET') wired.posted += 1;
    return fetched(...asked);
  };
  window.print = () => (wired.printed += 1);
  window.wired = Object.assign(wired, {
    keys: () => [...offered()].map(([key, one]) => ({ key, role: roleOf(one), on: isOn(one), leaves: (one.tagName === 'A' && one.origin === location.origin && one.pathname !== location.pathname), out: /^sign out/i.test(one.textContent), map: one.closest('.maplibregl-map') !== null })),
    find: (key) => offered().get(key) ?? null,
    spot: (one) => {
      one.scrollIntoView({ block: 'center', inline: 'nearest' });
      const box = one.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const there = document.elementFromPoint(x, y);
      return there && (one.contains(there) || there.contains(one) || [...(one.labels ?? [])].some((label) => label.contains(there))) ? { x, y } : null;
    },
    // Before: what the page says around the control. After: whether it says something else, or something was asked or printed.
    before: (one) => (wired.was = { said: around(one), posted: wired.posted, printed: wired.printed, value: one.value, on: isOn(one), open: one.getAttribute('aria-expanded') }),
    changed: (one) => wired.posted !== wired.was.posted || wired.printed !== wired.was.printed || around(one) !== wired.was.said || (one.isConnected && isOn(one) !== wired.was.on),
    // A field is read by its form, even if nothing else shows it before the form is sent.
    read: (one) => one.value !== wired.was.value && [...(one.form?.elements ?? [])].some((each) => each.type === 'submit'),
  });
})();
