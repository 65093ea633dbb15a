/** One threshold of a detector as a line of text, whatever members it was declared with. */
export function thresholdText(threshold: unknown): string {
  if (typeof threshold !== "object" || threshold === null) return String(threshold);
  const members = threshold as Record<string, unknown>;
  const first = (...names: string[]): string =>
    String(names.map((name) => members[name]).find((value) => value !== undefined) ?? "");
  const value = first("default", "value");
  const parts = [
    first("name", "id", "metric"),
    value === "" ? "" : `${value} ${first("unit")}`.trim(),
    rangeText(members),
  ];
  const text = parts.filter(Boolean).join(" ");
  return text === "" ? JSON.stringify(threshold) : text;
}

function rangeText({ range, low, high }: Record<string, unknown>): string {
  const span = Array.isArray(range) ? range : [low, high];
  return span.some((end) => end === undefined || end === null)
    ? ""
    : `(sensible ${span.map(String).join(" to ")})`;
}
