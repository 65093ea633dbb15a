// The SDK published as `rtcstats` 5.x: it speaks protocol 2.0, names the caller by an identity trace.
import wrap from 'rtcstats';
import traceTo from 'rtcstats/trace-ws';

export async function start({ socketUrl, key, room, id }) {
  // Its other branch asks Chromium for callback-style statistics, which Chromium no longer has.
  Object.defineProperty(navigator, 'webkitGetUserMedia', { value: undefined, configurable: true });
  const trace = traceTo(`${socketUrl}/rtcstats/${key}`);
  trace('identity', null, { user: id, conference: room });
  wrap(trace, 1000, ['']);
  return { end: () => trace.close() };
}
