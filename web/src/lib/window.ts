/** The window of a call page as it stands in the address: `from-to`, ms since the epoch; null when it is not one. */
export function parseWindow(text: string | null): { from: number; to: number } | null {
  const match = /^(\d+)-(\d+)$/.exec(text ?? "");
  if (!match) return null;
  const from = Number(match[1]);
  const to = Number(match[2]);
  return to > from ? { from, to } : null;
}
