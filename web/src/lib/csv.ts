/** A query result as CSV (RFC 4180). Enters: columns and rows. Leaves: text; NULL is an empty field. */
import type { SqlResult } from "./types";

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // A leading =, +, @ or tab would be run as a formula by spreadsheets; numbers keep their sign.
  const safe = /^[=+@\t\r]/.test(text) && typeof value === "string" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(result: Pick<SqlResult, "columns" | "rows">): string {
  const lines = [
    result.columns.map((column) => field(column.name)),
    ...result.rows.map((row) => row.map(field)),
  ];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}
