// The ObserveRTC client of the page: what it samples goes over one WebSocket, as its documentation shows.
import { ClientMonitor } from '@observertc/client-monitor-js';

export async function start({ room, id }) {
  const monitor = new ClientMonitor({ clientId: id, callId: room, collectingPeriodInMs: 1000, samplingPeriodInMs: 2000 });
  const query = new URLSearchParams({ callId: room, clientId: id, schemaVersion: ClientMonitor.samplingSchemaVersion });
  const socket = new WebSocket(`ws://${location.host}/observertc/json?${query}`);
  let waiting = [];
  socket.onopen = () => {
    waiting.forEach((text) => socket.send(text));
    waiting = null;
  };
  monitor.on('sample-created', ({ sample }) => {
    const text = JSON.stringify(sample);
    if (waiting) waiting.push(text);
    else if (socket.readyState === WebSocket.OPEN) socket.send(text);
  });
  return {
    onConnection: (connection) => monitor.addSource(connection),
    async end() {
      monitor.close();
      await new Promise((done) => setTimeout(done, 300));
      socket.close(1000);
    },
  };
}
