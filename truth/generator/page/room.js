// A person in a room of a media server: one connection that sends, one that receives everybody else.
export const ROOM = 1234;

/** The server's API: requests are answered, events come to `onEvent` of the handle they are for. */
function api(socket) {
  const waiting = new Map();
  const listeners = new Map();
  let session;
  let count = 0;
  socket.onmessage = ({ data }) => {
    const said = JSON.parse(data);
    const open = waiting.get(said.transaction);
    if (open && (said.janus !== 'ack' || open.ackIsEnough)) {
      waiting.delete(said.transaction);
      if (said.janus === 'error') open.failed(new Error(JSON.stringify(said.error)));
      else open.done(said);
    } else listeners.get(said.sender)?.(said);
  };
  const ask = (message) =>
    new Promise((done, failed) => {
      const transaction = `n${(count += 1)}`;
      waiting.set(transaction, { done, failed, ackIsEnough: message.janus !== 'message' });
      socket.send(JSON.stringify({ ...message, transaction, ...(session && { session_id: session }) }));
    });
  const begin = async () => {
    session = (await ask({ janus: 'create' })).data.id;
    setInterval(() => ask({ janus: 'keepalive' }).catch(() => {}), 20000);
  };
  const handle = async () => (await ask({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data.id;
  const tell = (id, body, jsep) => ask({ janus: 'message', handle_id: id, body, ...(jsep && { jsep }) });
  const trickle = (id, candidate) => ask({ janus: 'trickle', handle_id: id, candidate }).catch(() => {});
  return { begin, handle, tell, trickle, listen: (id, listener) => listeners.set(id, listener) };
}

/** Join the room: send `stream`, receive everybody. Resolves to the two connections, the second when there is one. */
export async function enter({ id, socket, stream, onConnection, onTrack, errors }) {
  const server = api(socket);
  await server.begin();
  const made = {};
  const open = (handle) => {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    onConnection(connection);
    connection.onicecandidate = ({ candidate }) =>
      server.trickle(handle, candidate ? candidate.toJSON() : { completed: true });
    return connection;
  };
  const sending = await server.handle();
  const known = new Set();
  let receiving;
  let turn = Promise.resolve();
  const inTurn = (step) => (turn = turn.then(step).catch((error) => errors.push(`room: ${error}`)));

  const answer = async ({ jsep }) => {
    if (!jsep) return;
    await made.receiver.setRemoteDescription(jsep);
    await made.receiver.setLocalDescription();
    await server.tell(receiving, { request: 'start' }, made.receiver.localDescription.toJSON());
  };
  const subscribe = async (publishers) => {
    const streams = publishers.filter((one) => !known.has(one.id)).map((one) => ({ feed: one.id }));
    if (!streams.length) return;
    streams.forEach(({ feed }) => known.add(feed));
    if (receiving) {
      await answer(await server.tell(receiving, { request: 'subscribe', streams }));
      return;
    }
    receiving = await server.handle();
    made.receiver = open(receiving);
    made.receiver.ontrack = onTrack;
    server.listen(receiving, (event) => inTurn(() => answer(event)));
    await answer(await server.tell(receiving, { request: 'join', ptype: 'subscriber', room: ROOM, streams }));
  };
  server.listen(sending, ({ plugindata }) => inTurn(() => subscribe(plugindata?.data?.publishers ?? [])));

  const joined = await server.tell(sending, { request: 'join', ptype: 'publisher', room: ROOM, display: id });
  made.sender = open(sending);
  stream.getTracks().forEach((track) => made.sender.addTransceiver(track, { direction: 'sendonly', streams: [stream] }));
  await made.sender.setLocalDescription();
  const published = await server.tell(sending, { request: 'publish' }, made.sender.localDescription.toJSON());
  await made.sender.setRemoteDescription(published.jsep);
  inTurn(() => subscribe(joined.plugindata.data.publishers ?? []));
  return made;
}
