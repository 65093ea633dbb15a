/** One threshold of a detector as a line of text, whatever members it was declared with. */
export function thresholdText(threshold: unknown): string {
  if (typeof threshold !== "object" || threshold === null) return String(threshold);
  const {
    name,
    default: standard,
    value,
    unit,
    range,
    low,
    high,
    ...rest
  } = threshold as Record<string, unknown>;
  const label = name ?? rest.id ?? rest.metric;
  const main = standard ?? value;
  const span = Array.isArray(range) ? range : low !== undefined && high !== undefined ? [low, high] : null;
  const parts = [
    label === undefined ? "" : String(label),
    main === undefined ? "" : `${String(main)}${unit ? ` ${String(unit)}` : ""}`,
  ];
  if (span) parts.push(`(sensible ${span.map(String).join(" to ")})`);
  const text = parts.filter(Boolean).join(" ");
  return text === "" ? JSON.stringify(threshold) : text;
}
