// Text of senders inside text of ours. A sender may write right to left, or hold characters that turn the direction of all that follows.

/** Characters without a shape of their own that turn the direction of text. */
export const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const ISOLATE = '\u2068';
const END_ISOLATE = '\u2069';

/** A name as it can stand in a sentence: not longer than fits there, and its direction ends where it ends. */
export function named(text: string, most = 80): string {
  const whole = text.replace(TURNING, '');
  const shown = whole.length > most ? `${whole.slice(0, most)}…` : whole;
  return RIGHT_TO_LEFT.test(shown) ? `${ISOLATE}${shown}${END_ISOLATE}` : shown;
}
