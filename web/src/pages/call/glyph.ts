/** Which mark an event gets on a lane. */
import type { CallEvent } from "../../lib/types";

export type Glyph = "in" | "out" | "mute" | "restart" | "dot";

export function glyphOf(event: Pick<CallEvent, "type" | "name">): Glyph {
  const text = `${event.type} ${event.name}`.toLowerCase();
  if (/session_opened|joined/.test(text)) return "in";
  if (/session_closed|left/.test(text)) return "out";
  if (/mute/.test(text)) return "mute";
  return /restart|failed|error|disconnected/.test(text) ? "restart" : "dot";
}
