/** Finds the words of an open dialog, or of the help, that do not fit where they stand. */
import type { Locator } from 'playwright-core';

/** A caption of the forms may break once; a third line runs into the row below. */
const MOST_LINES = 2;

/** @returns what is wrong, e.g. `caption '…' has 3 lines`; nothing when all fits. */
export async function overflowsIn(root: Locator): Promise<string[]> {
  return root.evaluate((element, mostLines) => {
    const found: string[] = [];
    const context = document.createElement('canvas').getContext('2d');
    const isShown = (one: Element): boolean => one.getClientRects().length > 0;
    const all = <One extends Element>(selector: string): One[] =>
      [...element.querySelectorAll<One>(selector)].filter(isShown);
    const widthOf = (text: string, styled: Element): number => {
      if (!context) return 0;
      context.font = getComputedStyle(styled).font;
      return context.measureText(text).width;
    };
    const contentWidth = (box: HTMLElement): number => {
      const { paddingLeft, paddingRight } = getComputedStyle(box);
      return box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    };
    const right = element.getBoundingClientRect().right + 1;
    for (const one of [element as HTMLElement, ...all<HTMLElement>('*')]) {
      const text = (one.innerText || '').slice(0, 40);
      if (one.closest('.sensr-unseen')) continue;
      if (one.getBoundingClientRect().right > right) found.push(`'${text}' leaves the form`);
      if (
        one.clientWidth > 0 &&
        one.scrollWidth > one.clientWidth + 1 &&
        !/^(INPUT|SELECT|I)$/.test(one.tagName)
      )
        found.push(`${one.tagName} '${text}' needs ${one.scrollWidth} px, has ${one.clientWidth}`);
    }
    for (const caption of all<HTMLElement>('label:not(.sensr-unseen), .sensr-caption, summary, button')) {
      const range = document.createRange();
      range.selectNodeContents(caption);
      const lines = new Set(
        [...range.getClientRects()]
          .filter(({ width }) => width > 1)
          .map(({ bottom }) => Math.round(bottom / 10)),
      );
      if (lines.size > mostLines) found.push(`'${caption.innerText}' has ${lines.size} lines`);
    }
    for (const field of all<HTMLInputElement>('input[placeholder]'))
      if (widthOf(field.placeholder, field) > contentWidth(field))
        found.push(`placeholder '${field.placeholder}' is cut`);
    return found;
  }, MOST_LINES);
}

/** The arrow of a list, and the space around its text. */
const LIST_ARROW_PX = 30;

/** @returns the choices that a folded list cannot show whole. */
export async function cutChoices(root: Locator): Promise<string[]> {
  return root.evaluate((element, arrowPx) => {
    const context = document.createElement('canvas').getContext('2d');
    return [...element.querySelectorAll('select')]
      .filter((list) => list.getClientRects().length > 0)
      .flatMap((list) => {
        if (!context) return [];
        context.font = getComputedStyle(list).font;
        return [...list.options]
          .map(({ text }) => text)
          .filter((text) => context.measureText(text).width + arrowPx > list.clientWidth);
      });
  }, LIST_ARROW_PX);
}
