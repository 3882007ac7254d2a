import { describe, expect, it } from 'vitest';
import { named } from './text';

describe('a name in a sentence', () => {
  it.each([
    ['POST /checkout', 'POST /checkout'],
    ['a\u202Egnp.exe', 'agnp.exe'],
    ['שירות', '\u2068שירות\u2069'],
    ['x'.repeat(81), `${'x'.repeat(80)}…`],
    ['', ''],
  ])('%j stands as %j', (text, shown) => expect(named(text)).toBe(shown));
});
