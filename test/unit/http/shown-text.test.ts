import assert from 'node:assert/strict';
import { shownText } from '../../../lib/http/shown-text';

describe('shownText', () => {
  for (const [what, body, type, expected] of [
    ['plain text as it is', 'expected <number>,\n got 3', 'text/plain', 'expected <number>, got 3'],
    ['of a page its title', '<html><title> Bad\nGateway </title><h1>x</h1>', 'text/html', 'Bad Gateway'],
    ['of a page without a title its text', '<html><style>p{a:b}</style><p>No <b>way</b></p>', '', 'No way'],
    ['of a page by its type alone', '<h1>Not here</h1>', 'text/html; charset=utf-8', 'Not here'],
    ['nothing of nothing', ' \n', undefined, ''],
  ] as const)
    it(`shows ${what}`, () => {
      assert.equal(shownText(body, type), expected);
    });

  it('shows at most 200 characters', () => {
    assert.equal(shownText('x'.repeat(500), ''), `${'x'.repeat(200)}…`);
  });

  it('is quick with a page made to be slow', () => {
    const startMs = performance.now();
    for (const evil of ['<', '<title', '<style>', '<script><']) shownText(evil.repeat(200_000), 'text/html');
    assert.ok(performance.now() - startMs < 1000);
  });
});
