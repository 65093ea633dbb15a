// One participant of a call of two. The address says who it is and what is wrong with it; `window.participant` steers it.
import { openMedia } from './media.js';

const q = Object.fromEntries(new URLSearchParams(location.search));
const errors = [];
const monitors = [];
const participant = { state: 'starting', errors };
window.participant = participant;
window.addEventListener('unhandledrejection', (event) => errors.push(`rejected: ${event.reason}`));

const load = (name) =>
  new Promise((done, failed) => {
    const script = Object.assign(document.createElement('script'), { src: `/sdk/${name}.js`, onload: done });
    script.onerror = () => failed(new Error(`no bundle of ${name}`));
    document.head.append(script);
  });

async function startMonitors() {
  for (const name of q.sdks.split(',')) {
    await load(name);
    const room = q.sdks.includes(',') ? `${q.room}-${name}` : q.room;
    const { start } = window[`sdk_${name}`];
    monitors.push(await start({ socketUrl: q.server.replace(/^http/, 'ws'), key: q.key, room, id: q.id }));
  }
}

/** Every monitor that has `hook` hears of it. */
async function tell(hook, ...values) {
  for (const monitor of monitors) await monitor[hook]?.(...values);
}

function configuration() {
  if (!q.turn) return {};
  const server = { urls: q.turn, username: 'user', credential: 'secret' };
  return { iceServers: [server], iceTransportPolicy: 'relay' };
}

// An address of the documentation's network: nothing that is sent there arrives, and nobody answers.
const NOWHERE = '198.51.100.1 41999';
const blocked = (line) => line.replace(/^(candidate:\S+ \d \S+ \d+) \S+ \d+/, `$1 ${NOWHERE}`);
const withoutCandidates = (sdp) => sdp.replace(/a=candidate:.*\r\n/g, '');

function signalling(connection, channel) {
  const say = (message) => channel.postMessage(JSON.stringify({ from: q.id, ...message }));
  const pending = [];
  const described = async () => {
    await connection.setLocalDescription();
    const { type, sdp } = connection.localDescription;
    say({ description: { type, sdp: q.blocked ? withoutCandidates(sdp) : sdp } });
  };
  const heard = async ({ hello, description, candidate }) => {
    if (hello) await described();
    if (description) {
      await connection.setRemoteDescription(description);
      if (description.type === 'offer') await described();
      for (const early of pending.splice(0)) await connection.addIceCandidate(early);
    }
    if (candidate && !connection.remoteDescription) pending.push(candidate);
    else if (candidate) await connection.addIceCandidate(candidate);
  };
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate) return;
    const plain = candidate.toJSON();
    say({ candidate: q.blocked ? { ...plain, candidate: blocked(plain.candidate) } : plain });
  });
  let turn = Promise.resolve();
  channel.onmessage = ({ data }) => {
    turn = turn.then(() => heard(JSON.parse(data))).catch((error) => errors.push(`signalling: ${error}`));
  };
  return say;
}

function play({ track }) {
  const element = Object.assign(document.createElement(track.kind), { autoplay: true, muted: track.kind === 'video' });
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
}

async function join() {
  const media = await openMedia(q);
  const connection = new RTCPeerConnection(configuration());
  await tell('onConnection', connection);
  connection.addEventListener('track', play);
  media.stream.getTracks().forEach((track) => connection.addTrack(track, media.stream));
  const channel = new BroadcastChannel(q.room);
  const say = signalling(connection, channel);
  Object.assign(participant, { connection, media, state: 'joined' });
  if (q.calls) say({ hello: true });
}

Object.assign(participant, {
  connected: () => participant.connection?.connectionState === 'connected',
  failed: () => participant.connection?.connectionState === 'failed',
  freeze: () => (participant.media.camera.running = false),
  stopCamera: () => participant.media.camera.track.stop(),
  /** The browser's own word about the call, not through any SDK. */
  async truth() {
    const reports = [...(await participant.connection.getStats()).values()];
    const pick = (type) => reports.filter((report) => report.type === type);
    return { inbound: pick('inbound-rtp'), outbound: pick('outbound-rtp') };
  },
  async leave() {
    participant.connection?.close();
    await tell('end');
    participant.state = 'left';
  },
});

async function run() {
  await startMonitors();
  try {
    await join();
  } catch (error) {
    participant.state = error.name;
    await tell('onDenied', error);
  }
}

run().catch((error) => errors.push(`run: ${error.stack}`));
