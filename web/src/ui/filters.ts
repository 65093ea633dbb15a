/** Names of the call filters as they stand in the address and in the API. */
export const FILTERS = ["q", "verdict", "cause", "detector", "live", "sort"] as const;

/** Adds or removes one value of a comma-separated filter. */
export function toggled(current: string | null, value: string): string {
  const values = new Set((current ?? "").split(",").filter(Boolean));
  if (!values.delete(value)) values.add(value);
  return [...values].join(",");
}
