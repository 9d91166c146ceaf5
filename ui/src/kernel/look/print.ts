import { onMount } from 'svelte';

/** Print any page in the light theme: paper is white whatever the desk's theme is. */
export function printInLight(): void {
  onMount(() => {
    const root = document.documentElement;
    let shown = root.dataset.theme;
    const before = (): void => {
      shown = root.dataset.theme;
      root.dataset.theme = 'light';
    };
    const after = (): void => {
      if (shown) root.dataset.theme = shown;
    };
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  });
}
