// Korean particles depend on whether the word before ends in a consonant; identifiers and numbers are judged by how they are read aloud.

const DIGITS_WITH_FINAL = '013678';
const LATIN_WITH_FINAL = 'lmn';

// Behind a number: 퍼센트, 시간.
const UNIT = /\d\s?(%|h)$/;
const UNIT_WITH_FINAL = 'h';

export function endsInConsonant(word: string): boolean {
  const unit = UNIT.exec(word)?.[1];
  if (unit !== undefined) return unit === UNIT_WITH_FINAL;
  const last = word.replace(/[^\p{L}\p{N}]+$/u, '').slice(-1).toLowerCase();
  if (last === '') return false;
  const code = last.charCodeAt(0);
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28 !== 0;
  return DIGITS_WITH_FINAL.includes(last) || LATIN_WITH_FINAL.includes(last);
}

/** josa('릴리스 1.42', '이', '가') → "릴리스 1.42가". */
export const josa = (word: string, afterConsonant: string, afterVowel: string): string => word + (endsInConsonant(word) ? afterConsonant : afterVowel);
