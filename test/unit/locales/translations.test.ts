/** What a translation must have in common with the original: keys, placeholders, names, and the structure of the help. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { OPERATIONS } from '../../../lib/api/operations';
import { keysOf, placeholdersIn, read, textOf, translations, type Translation } from './catalogue';
import { SAME_IN_KOREAN } from './same-in-korean';

/** The letters that a text of that language has, and what may stay as it is in English. */
const LANGUAGES: Readonly<Record<string, { readonly letters: RegExp; readonly same: readonly string[] }>> = {
  ko: { letters: /\p{Script=Hangul}/u, same: SAME_IN_KOREAN },
};

/** Abbreviations that a translation may use where the original has a word or a plural. */
const KNOWN_NAMES = ['gc', 'id'];
/** Only values, marks and units of one letter: nothing to translate. */
const isWordless = (text: string): boolean =>
  !/\p{L}{2}/u.test(text.replace(/__\w+?__/g, ' ').replace(/\b\p{L}\/\p{L}\b/gu, ' '));

/** English is in the table of operations; a translation has it in its catalogue. */
const OPERATION_TEXTS = OPERATIONS.flatMap(({ name, summary, params }) => [
  { keys: [`sensr-api.operation.${name}`], original: summary },
  ...params.map((param) => ({
    keys: [`sensr-api.param.${name}.${param.name}`, `sensr-api.param.any.${param.name}`],
    original: param.description,
  })),
]);

const catalogues = ({ folder }: Translation): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.json'));
const helps = ({ folder }: Translation): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.html'));
const parse = (...path: string[]): unknown => JSON.parse(read(...path));

/** Words that a user or a programme types, and so nobody translates. */
const wordsIn = (text: string): string[] =>
  [...text.matchAll(/[A-Za-z][\w.-]*\w/g)].map(([word]) => word.toLowerCase());

const unknownWords = (text: string, original: string): string[] =>
  wordsIn(text).filter((word) => ![...wordsIn(original), ...KNOWN_NAMES].includes(word));

const isOperationText = (key: string): boolean => /^sensr-api\.(operation|param)\./.test(key);

for (const translation of translations()) {
  const { title, language, folder, originals } = translation;
  const { letters, same } = LANGUAGES[language] ?? assert.fail(`no rules for ${language}`);

  describe(`translation ${title}`, () => {
    it('has the files of the original', () => {
      assert.deepEqual(readdirSync(folder).sort(), readdirSync(originals).sort());
    });

    for (const file of catalogues(translation)) {
      const [texts, original] = [parse(folder, file), parse(originals, file)];
      const keys = keysOf(texts).filter((key) => !isOperationText(key));

      it(`has the keys of ${file}, in the same order`, () => {
        assert.deepEqual(keys, keysOf(original));
      });

      it(`puts the same values into the texts of ${file}`, () => {
        for (const key of keys)
          assert.deepEqual(placeholdersIn(textOf(texts, key)), placeholdersIn(textOf(original, key)), key);
      });

      it(`leaves no text of ${file} in English`, () => {
        for (const key of keys) {
          const text = textOf(texts, key);
          if (same.includes(text)) assert.equal(text, textOf(original, key), key);
          else if (!isWordless(text)) assert.match(text, letters, key);
        }
      });

      it(`has no name in ${file} that the original does not have`, () => {
        for (const key of keys)
          assert.deepEqual(unknownWords(textOf(texts, key), textOf(original, key)), [], key);
      });
    }

    for (const file of helps(translation)) {
      const [help, original] = [read(folder, file), read(originals, file)];

      it(`has the structure of ${file}`, () => {
        assert.deepEqual(structureOf(help), structureOf(original));
      });

      it(`names the same properties, values and codes in each part of ${file}`, () => {
        const [parts, expected] = [partsOf(help), partsOf(original)];
        for (const [index, { text, codes }] of expected.entries()) {
          const part = parts[index] ?? assert.fail(`nothing for: ${text}`);
          const missing = codes.filter((code) => !part.codes.includes(code));
          assert.deepEqual(missing, [], text);
          // More than the original: the words of a status in that language.
          for (const code of part.codes.filter((one) => !codes.includes(one)))
            assert.match(code, letters, `${text} does not have ${code}`);
        }
      });

      it(`leaves the names in the lists of ${file} as they are`, () => {
        const [terms, expected] = [termsOf(help), termsOf(original)];
        for (const [index, term] of expected.entries()) {
          const translated = terms[index] ?? '';
          if (isName(term) || !letters.test(translated)) assert.equal(translated, term);
        }
      });

      it(`leaves no part of ${file} in English`, () => {
        for (const { text } of partsOf(help))
          if (!same.includes(text) && /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(text))
            assert.match(text, letters, text);
      });
    }
  });
}

describe('every text that is left in English', () => {
  for (const [language, { same }] of Object.entries(LANGUAGES))
    it(`is in use in ${language}`, () => {
      const used = new Set(
        translations()
          .filter((one) => one.language === language)
          .flatMap((one) =>
            catalogues(one).flatMap((file) => {
              const texts = parse(one.folder, file);
              return keysOf(texts).map((key) => textOf(texts, key));
            }),
          ),
      );
      assert.deepEqual(
        same.filter((text) => !used.has(text)),
        [],
      );
    });
});

describe('texts of operations', () => {
  for (const one of translations().filter(({ title }) => title.endsWith('sensr-api'))) {
    const texts = parse(one.folder, 'sensr-api.json');
    const present = new Set(keysOf(texts).filter(isOperationText));
    const { letters } = LANGUAGES[one.language] ?? assert.fail(one.language);

    it(`are all there in ${one.language}, and no other`, () => {
      const used = new Set<string>();
      for (const { keys, original } of OPERATION_TEXTS) {
        const key = keys.find((candidate) => present.has(candidate));
        assert.ok(key !== undefined, `none of ${keys.join(', ')} for '${original}'`);
        used.add(key);
        assert.match(textOf(texts, key), letters, key);
        assert.deepEqual(unknownWords(textOf(texts, key), original), [], key);
      }
      assert.deepEqual(
        [...present].filter((key) => !used.has(key)),
        [],
      );
    });

    it(`say the same of a parameter in ${one.language} only where English does`, () => {
      const originalOf = new Map<string, string>();
      for (const { keys, original } of OPERATION_TEXTS) {
        const key = keys.find((candidate) => present.has(candidate)) ?? '';
        assert.equal(original, originalOf.get(key) ?? original, key);
        originalOf.set(key, original);
      }
    });
  }
});

/** Tags that make blocks, with their classes. */
const BLOCK = /<(\/?(?:script|p|h3|h4|dl|dt|dd)\b[^>]*|span[^>]*)>/g;

const structureOf = (help: string): string[] => [...help.matchAll(BLOCK)].map(([tag]) => tag);

interface Part {
  readonly text: string;
  readonly codes: readonly string[];
}

const partsOf = (help: string): Part[] =>
  [...help.matchAll(/<(p|h3|h4|dt|dd)\b[^>]*>(.*?)<\/\1>/gs)].map(([, , text = '']) => ({
    text,
    codes: [...text.matchAll(/<code[^>]*>(.*?)<\/code>/g)].map(([, code]) => String(code)),
  }));

/** @returns what stands in each <dt>, without its type. */
const termsOf = (help: string): string[] =>
  [...help.matchAll(/<dt[^>]*>(.*?)<\/dt>/g)].map(([, term = '']) =>
    term
      .replace(/<span.*/, '')
      .trim()
      .replace(/ (and others|등)$/, ''),
  );

/** Properties, codes and streams: with a dot, an underscore or a capital inside, or from a fixed list. */
const isName = (term: string): boolean =>
  /\w[._]\w/.test(term) || /^(action|payload|topic|key|kind|thread|level|force|operation|params)$/.test(term);
