/** One parameter's row in the dialog of sensr-api: its typed input and its picker, as people use them. */
import type { Locator, Page } from 'playwright-core';

export class ParamRow {
  readonly #page: Page;
  readonly row: Locator;

  constructor(page: Page, name: string) {
    this.#page = page;
    this.row = page.locator('#sensr-api-params .form-row', {
      has: page.locator(`[id="sensr-api-param-${name}"]`),
    });
  }

  get input(): Locator {
    return this.row.locator('.red-ui-typedInput-input');
  }

  get picker(): Locator {
    return this.row.locator('button.sensr-live');
  }

  /** What the row says at this moment about the server's list. */
  get note(): Locator {
    return this.row.locator('[role="status"]');
  }

  /** The option that is chosen, where the parameter has a list of its own. */
  get option(): Locator {
    return this.row.locator('.red-ui-typedInput-option-trigger');
  }

  async choose(option: string): Promise<void> {
    await this.option.click();
    await this.#menu(option).click();
  }

  async type(type: string, value: string): Promise<void> {
    await this.row.locator('.red-ui-typedInput-type-select').click();
    await this.#page.locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
    await this.input.fill(value);
    // Node-RED offers completions for some types; they would cover what comes next.
    await this.input.press('Tab');
  }

  #menu(label: string): Locator {
    return this.#page
      .locator('.red-ui-typedInput-options:visible a')
      .filter({ hasText: new RegExp(`^${label}$`) });
  }
}
