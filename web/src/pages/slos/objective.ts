/** An objective keeps its nines: 0.9995 → 99.95, never rounded to 100. */
export function objective(ratio: number): string {
  const text = (Math.floor(ratio * 1e7 + 1e-6) / 1e5).toFixed(3);
  return text.replace(/\.?0+$/, '');
}

export const SLO_EXAMPLE = 'service: payments\nobjective: 99.9\nwindow: 30d\nsli:\n  availability: {}\nowner: payments team\nrunbook: payments-errors';
