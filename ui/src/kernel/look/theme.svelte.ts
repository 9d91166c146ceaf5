/** Dark for the dispatch floor, high-contrast light for daylight; what a person chose on this device wins. */
export type Theme = 'dark' | 'light';
const KEY = 'gh-theme';

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : null;
  } catch {
    return null; // storage is blocked: the choice lasts for this page only
  }
}

let chosen = $state<Theme | null>(stored());
let usual = $state<Theme>('dark');

export const theme = {
  get name(): Theme {
    return chosen ?? usual;
  },
  /** The theme of a page nobody chose one for: light for the crew, dark for the floor. */
  usually(name: Theme): void {
    usual = name;
    apply();
  },
  choose(name: Theme): void {
    chosen = name;
    try {
      localStorage.setItem(KEY, name);
    } catch {
      // storage is blocked: the choice lasts for this page only
    }
    apply();
  },
};

function apply(): void {
  document.documentElement.dataset.theme = theme.name;
}
