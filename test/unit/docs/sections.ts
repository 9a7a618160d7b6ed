/** Takes a Markdown file apart into its sections, and a section into what a translation has to keep. */
import { cellsOf } from './markdown';

export interface Section {
  /** The heading; in a translation that of the original, which a comment above the heading names. */
  readonly name: string;
  readonly level: number;
  readonly text: string;
}

const HEADING = /^(?:<!-- section: (.+) -->\s+)?(#{2,6}) (.+)$/gm;
const FENCED = /^```[\s\S]*?^```$/gm;

/** @returns the sections from the first heading of the second level on. */
export function sectionsOf(markdown: string): Section[] {
  // A line in a listing may begin with # too.
  const blank = markdown.replace(FENCED, (listing) => listing.replace(/[^\n]/g, ' '));
  const headings = [...blank.matchAll(HEADING)];
  return headings.map(({ 0: all, 1: marker, 2: marks = '', 3: title = '', index }, position) => ({
    name: marker ?? title,
    level: marks.length,
    text: markdown.slice(index + all.length, headings[position + 1]?.index),
  }));
}

export const tablesIn = (text: string): string[][][] =>
  [...text.replace(FENCED, '').matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) =>
    table
      .trim()
      .split('\n')
      .filter((_line, index) => index !== 1)
      .map(cellsOf),
  );

/** Listings without their comments, which are translated. */
export const listingsIn = (text: string): string[] =>
  (text.match(FENCED) ?? []).map((listing) =>
    listing.replace(/\/\*.*?\*\//g, '/**/').replace(/\/\/ .*$/gm, '//'),
  );

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => String(found));

/** Where links and pictures lead, but for other sections, whose names are translated. */
export const targetsIn = (text: string): string[] =>
  [...all(text, /\]\(([^)\s#][^)\s]*)\)/g), ...all(text, /src(?:set)?="([^"]+)"/g)].sort();

export const jumpsIn = (text: string): number => all(text, /\]\((#[^)\s]+)\)/g).length;

export const codesIn = (text: string): string[] => all(text.replace(FENCED, ''), /`([^`\n]+)`/g);

export const itemsIn = (text: string): number => all(text, /^(-|\d+\.) /gm).length;
