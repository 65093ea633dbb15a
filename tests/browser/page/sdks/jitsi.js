// @jitsi/rtcstats 9.x: protocol 3.1, the server speaks first and acknowledges.
import wrap from '@jitsi/rtcstats/rtcstats';
import traceTo from '@jitsi/rtcstats/trace-ws';

export async function start({ socketUrl, key, room, id }) {
  const trace = traceTo({ endpoint: `${socketUrl}/rtcstats/${key}`, meetingFqn: room, onCloseCallback() {} });
  trace.connect(false);
  wrap(trace, { pollInterval: 1000, sendSdp: true });
  trace.identity('identity', null, { confName: room, endpointId: id, displayName: `Person ${id}` });
  return { end: () => trace.close() };
}
