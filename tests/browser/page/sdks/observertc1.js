// client-monitor-js 1.3: it opens its own socket and sends `Samples` of schema 2.2.
import { createClientMonitor } from 'observertc-1';

export async function start({ socketUrl, key, room, id }) {
  const monitor = createClientMonitor({
    collectingPeriodInMs: 1000,
    samplingPeriodInMs: 1000,
    sendingPeriodInMs: 1000,
    sampler: { roomId: room, userId: id, clientId: crypto.randomUUID() },
    sender: { format: 'json', websocket: { urls: [`${socketUrl}/samples/${key}/browser`] } },
  });
  return {
    onConnection: (connection) => monitor.collectors.addRTCPeerConnection(connection),
    onDenied: (error) => monitor.addUserMediaError(String(error)),
    end: () => monitor.close(),
  };
}
