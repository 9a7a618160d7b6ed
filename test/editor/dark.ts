/** Dark: Node-RED 5's own theme; for 4.1, which has none, by its style variables, the way theme packages do it. */
import type { Page } from 'playwright-core';

const DARK: Readonly<Record<string, string>> = {
  'primary-background': '#202226',
  'secondary-background': '#26292e',
  'secondary-background-selected': '#34383f',
  'secondary-background-inactive': '#202226',
  'secondary-background-hover': '#30343a',
  'secondary-background-disabled': '#202226',
  'tertiary-background': '#2a2d33',
  'primary-text-color': '#d6d8dc',
  'secondary-text-color': '#a4a8b0',
  'tertiary-text-color': '#8a8e96',
  'header-text-color': '#d6d8dc',
  'text-color-error': '#ff7d84',
  'text-color-code': '#ff9d7a',
  'primary-border-color': '#44484f',
  'secondary-border-color': '#3a3e45',
  'tertiary-border-color': '#3a3e45',
  'form-background': '#26292e',
  'form-text-color': '#d6d8dc',
  'form-placeholder-color': '#7c8088',
  'form-input-background': '#1b1d20',
  'form-input-background-disabled': '#202226',
  'form-input-border-color': '#4a4e56',
  'form-button-background': '#34383f',
  'form-tips-background': '#33301f',
  'list-item-color': '#d6d8dc',
  'list-item-background': '#26292e',
  'list-item-background-hover': '#30343a',
  'list-item-background-selected': '#34383f',
  'tab-text-color-active': '#d6d8dc',
  'tab-text-color-inactive': '#a4a8b0',
  'tab-background': '#26292e',
  'tab-background-active': '#26292e',
  'tab-background-inactive': '#202226',
  'tab-background-hover': '#30343a',
  'debug-message-background': '#26292e',
  'debug-message-background-hover': '#30343a',
  'debug-message-border': '#3a3e45',
  'debug-message-border-hover': '#5a5f68',
  'debug-message-text-color': '#d6d8dc',
  'debug-message-text-color-meta': '#a4a8b0',
  'debug-message-text-color-msg-type-meta': '#a4a8b0',
  'debug-message-text-color-msg-type-null': '#ff9d7a',
  'debug-message-text-color-msg-type-number': '#8ab4ff',
  'debug-message-text-color-msg-type-other': '#8ab4ff',
  'debug-message-text-color-msg-type-string': '#ff9d7a',
  'debug-message-text-color-object-key': '#d7a6ff',
  'palette-header-background': '#202226',
  'palette-header-color': '#d6d8dc',
  'palette-content-background': '#26292e',
  'workspace-button-background': '#26292e',
  'workspace-button-background-hover': '#30343a',
  'workspace-button-background-active': '#34383f',
  'workspace-button-color': '#a4a8b0',
  'view-background': '#1b1d20',
  'view-grid-color': '#2a2d33',
};

export async function goDark(page: Page): Promise<void> {
  const hasDarkTheme = await page.evaluate(() => {
    const background = (): string =>
      getComputedStyle(document.documentElement).getPropertyValue('--red-ui-primary-background');
    const light = background();
    document.documentElement.classList.add('nr-theme-dark');
    return background() !== light;
  });
  if (hasDarkTheme) return;
  const rules = Object.entries(DARK).map(([name, value]) => `--red-ui-${name}: ${value};`);
  await page.addStyleTag({ content: `:root { color-scheme: dark; ${rules.join(' ')} }` });
}
