// The application's own part with client-monitor-js 3 and 4: a socket that carries what the SDK hands over.
export function sampleSocket({ socketUrl, key, room, id }, schemaVersion) {
  const version = schemaVersion ? `&schemaVersion=${encodeURIComponent(schemaVersion)}` : '';
  const socket = new WebSocket(`${socketUrl}/observertc/${key}/${room}/${id}?format=json${version}`);
  const waiting = [];
  socket.onopen = () => waiting.splice(0).forEach((text) => socket.send(text));
  return {
    send(sample) {
      const text = JSON.stringify(sample);
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
      else waiting.push(text);
    },
    close: () => socket.close(1000),
  };
}
