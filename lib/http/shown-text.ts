/** What a person is shown of the body of an error answer: its first words, of a page the title. */

const SHOWN_CHARS = 200;
/** What is looked through: words come early, and the search for tags takes the square of this. */
const SEARCHED_CHARS = 8192;

/** @param contentType the header as it came */
export function shownText(body: string, contentType: unknown): string {
  const start = body.slice(0, SEARCHED_CHARS);
  const isPage = /html/i.test(String(contentType)) || /^\s*<(!doctype|html)/i.test(start);
  const text = (isPage ? pageText(start) : start).replace(/\s+/g, ' ').trim();
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function pageText(page: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(page)?.[1]?.trim();
  if (title !== undefined && title !== '') return title;
  return page.replace(/<(style|script)\b[^>]*>[^<]*<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
}
