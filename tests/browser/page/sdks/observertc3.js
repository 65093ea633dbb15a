// client-monitor-js 3.11: the application sends the client samples.
import { createClientMonitor } from 'observertc-3';
import { sampleSocket } from './samples.js';

export async function start(who) {
  const socket = sampleSocket(who);
  const monitor = createClientMonitor({ collectingPeriodInMs: 1000, samplingTick: 1 });
  monitor.setUserId(who.id);
  monitor.on('sample-created', ({ clientSample }) => socket.send(clientSample));
  monitor.on('close', ({ lastSample }) => lastSample && socket.send(lastSample));
  return {
    onConnection: (connection) => monitor.collectors.addRTCPeerConnection(connection),
    end() {
      monitor.close();
      socket.close();
    },
  };
}
