// One participant of a call. The address says who it is; `window.participant` is steered by the generator.
import { enter } from '/room.js';

const q = Object.fromEntries(new URLSearchParams(location.search));
const errors = [];
const participant = { state: 'starting', errors };
window.participant = participant;

/** Talk spurts with pauses over faint noise; `gain` 0 is a microphone that gives digital silence. */
function microphone() {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const mouth = new GainNode(context, { gain: 0 });
  const alive = new GainNode(context, { gain: 1 });
  const tone = new OscillatorNode(context, { type: 'sawtooth', frequency: { a: 140, b: 190 }[q.id] ?? 230 });
  const buffer = new AudioBuffer({ length: 48000, sampleRate: 48000 });
  buffer.getChannelData(0).forEach((_, at, samples) => (samples[at] = (Math.random() - 0.5) * 0.003));
  const noise = new AudioBufferSourceNode(context, { buffer, loop: true });
  tone.connect(mouth).connect(alive);
  noise.connect(alive).connect(out);
  tone.start();
  noise.start();
  setInterval(() => (mouth.gain.value = Math.random() < 0.6 ? 0.15 : 0), 700);
  return { track: out.stream.getAudioTracks()[0], alive };
}

/** A moving picture of 320×240 at 20 frames/s that can stand still. */
function camera() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const pen = canvas.getContext('2d');
  const made = { running: true, track: canvas.captureStream(q.sfu ? 12 : 20).getVideoTracks()[0] };
  let frame = 0;
  setInterval(() => {
    if (!made.running) return;
    frame += 1;
    pen.fillStyle = `hsl(${(frame * 3) % 360} 50% 45%)`;
    pen.fillRect(0, 0, 320, 240);
    pen.fillStyle = 'white';
    for (let dot = 0; dot < 60; dot += 1) pen.fillRect(Math.random() * 320, Math.random() * 240, 5, 5);
  }, q.sfu ? 83 : 50);
  return made;
}

function configuration() {
  const server = { urls: q.turn, username: 'user', credential: 'secret' };
  return { bundlePolicy: 'max-bundle', ...(q.turn ? { iceServers: [server], iceTransportPolicy: 'relay' } : {}) };
}

/** Signalling through the generator, which puts its relay in the place of the candidates. */
function signalling(connection, socket) {
  const pending = [];
  const describe = async (options) => {
    await connection.setLocalDescription(options ? await connection.createOffer(options) : undefined);
    socket.send(JSON.stringify({ description: connection.localDescription }));
  };
  const heard = async ({ ready, description, candidate }) => {
    if (ready) await describe();
    if (description) {
      await connection.setRemoteDescription(description);
      if (description.type === 'offer' && !q.silent) await describe();
      for (const early of pending.splice(0)) await connection.addIceCandidate(early);
    }
    if (candidate && !connection.remoteDescription) pending.push(candidate);
    else if (candidate) await connection.addIceCandidate(candidate);
  };
  connection.onicecandidate = ({ candidate }) => candidate && socket.send(JSON.stringify({ candidate }));
  let turn = Promise.resolve();
  socket.onmessage = ({ data }) => {
    turn = turn.then(() => heard(JSON.parse(data))).catch((error) => errors.push(`signalling: ${error}`));
  };
  return describe;
}

function show({ track }) {
  const element = Object.assign(document.createElement(track.kind), { autoplay: true, muted: track.kind === 'video' });
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
}

/** Keep `count` threads of this page's process busy until the returned function is called. */
function busy(count) {
  const spin = new Blob(['for (;;) Math.sqrt(Math.random());'], { type: 'text/javascript' });
  const workers = Array.from({ length: count }, () => new Worker(URL.createObjectURL(spin)));
  return () => workers.forEach((worker) => worker.terminate());
}

/** Through a media server: the connection that sends is the one the generator looks at. */
async function joinRoom(monitor, media) {
  const stream = new MediaStream([media.mic.track, media.camera.track]);
  const socket = new WebSocket(`ws://${location.host}/room?id=${q.id}`);
  await new Promise((done) => (socket.onopen = done));
  const made = await enter({
    id: q.id,
    socket,
    stream,
    errors,
    onConnection: (connection) => monitor.onConnection(connection),
    onTrack: show,
  });
  Object.assign(participant, { made, connection: made.sender, media, socket, state: 'joined' });
}

async function join(monitor) {
  await navigator.mediaDevices.getUserMedia({ audio: true, video: !q.sfu }); // three fake cameras are work
  const media = { mic: microphone(), camera: camera() };
  if (q.sfu) return joinRoom(monitor, media);
  const connection = new RTCPeerConnection(configuration());
  monitor.onConnection(connection);
  connection.ontrack = show;
  const stream = new MediaStream([media.mic.track, media.camera.track]);
  stream.getTracks().forEach((track) => connection.addTrack(track, stream));
  const socket = new WebSocket(`ws://${location.host}/signal?id=${q.id}`);
  await new Promise((done) => (socket.onopen = done));
  const describe = signalling(connection, socket);
  Object.assign(participant, { connection, media, describe, socket, state: 'joined' });
}

Object.assign(participant, {
  cameraRuns: (on) => (participant.media.camera.running = on),
  cameraStops: () => participant.media.camera.track.stop(),
  micLives: (on) => (participant.media.mic.alive.gain.value = on ? 1 : 0),
  restartIce: () => participant.describe({ iceRestart: true }),
  busy: (count) => (participant.rest = busy(count)),
  idle: () => participant.rest?.(),
  states: () => `${participant.state} ${participant.connection?.connectionState ?? ''}`,
  async leave() {
    participant.connection?.close();
    participant.made?.receiver?.close();
    await participant.monitor?.end();
    participant.state = 'left';
  },
});

async function run() {
  participant.monitor = await sdk.start(q);
  try {
    await join(participant.monitor);
  } catch (error) {
    errors.push(`${error.name}: ${error.message}`);
    participant.state = 'stuck';
  }
}
run().catch((error) => errors.push(String(error)));
