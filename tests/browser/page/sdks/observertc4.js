// client-monitor-js 4.0: the application sends the client samples, the SDK knows their schema's version.
import { ClientMonitor } from 'observertc-4';
import { sampleSocket } from './samples.js';

export async function start(who) {
  const socket = sampleSocket(who, ClientMonitor.samplingSchemaVersion);
  const monitor = new ClientMonitor({
    clientId: who.id,
    callId: who.room,
    collectingPeriodInMs: 1000,
    samplingPeriodInMs: 1000,
  });
  monitor.on('sample-created', ({ sample }) => socket.send(sample));
  return {
    onConnection: (connection) => monitor.addSource(connection),
    end() {
      monitor.close();
      socket.close();
    },
  };
}
