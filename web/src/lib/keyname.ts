/** The name of a key press: `Shift+ArrowLeft`, `?`, `z`, `Shift+z`. Shift is spelt out only where it is not the character. */
export function keyName(event: Pick<KeyboardEvent, "key" | "shiftKey" | "altKey">): string {
  const letter = /^[a-z]$/i.test(event.key);
  const key = letter ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && (letter || event.key.length > 1);
  return (event.altKey ? "Alt+" : "") + (shift ? "Shift+" : "") + key;
}
