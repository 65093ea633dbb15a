/** Code that connects each SDK to this server, with the real address and key. Enters: origin and key. Leaves: text. */

export interface Snippet {
  id: string;
  label: string;
  note: string;
  code: string;
}

const socket = (origin: string): string => origin.replace(/^http/, "ws");

const peerMetrics = (origin: string, key: string): string => `import { PeerMetrics } from "@peermetrics/sdk";

const monitor = new PeerMetrics({
  apiKey: "${key}",
  apiRoot: "${origin}/v1", // this server instead of the vendor's
  userId: "stable-id-of-the-person",
  userName: "Shown name",
  conferenceId: "id-of-the-call", // the same for everybody in the call
  conferenceName: "Weekly sync",
});
await monitor.initialize();
await monitor.addConnection({ pc, peerId: "id-of-the-other-end" });`;

const rtcstats = (
  origin: string,
  key: string,
): string => `import { wrapRTCStatsWithDefaultOptions } from "@rtcstats/rtcstats-js";

const trace = wrapRTCStatsWithDefaultOptions(); // before the first RTCPeerConnection
trace.connect("${socket(origin)}/rtcstats/${key}/" + encodeURIComponent(callId));`;

const observertc = (
  origin: string,
  key: string,
): string => `import { ClientMonitor } from "@observertc/client-monitor-js";

const monitor = new ClientMonitor({ clientId, callId, collectingPeriodInMs: 2000, samplingPeriodInMs: 4000 });
monitor.addSource(peerConnection);

const socket = new WebSocket(
  \`${socket(origin)}/observertc/${key}/\${callId}/\${clientId}?format=json&schemaVersion=3.3.0\`,
);
monitor.on("sample-created", ({ sample }) => {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(sample));
});`;

const jitsi = (origin: string, key: string): string => `// config.js of Jitsi Meet
config.analytics = {
  rtcstatsEnabled: true,
  rtcstatsEndpoint: "${socket(origin)}/rtcstats/${key}",
  rtcstatsPollInterval: 5000,
};`;

const file = (origin: string): string => `# a dump of rtcstats, of chrome://webrtc-internals or of this server
rtclens import --url ${origin} --token TOKEN dump.json.gz`;

export function snippets(origin: string, key: string): Snippet[] {
  return [
    {
      id: "peermetrics",
      label: "Peer Metrics",
      note: "One line changes: apiRoot.",
      code: peerMetrics(origin, key),
    },
    {
      id: "rtcstats",
      label: "rtcstats-js",
      note: "The address carries key and call.",
      code: rtcstats(origin, key),
    },
    {
      id: "observertc",
      label: "ObserveRTC",
      note: "The monitor makes samples, a socket sends them.",
      code: observertc(origin, key),
    },
    { id: "jitsi", label: "Jitsi Meet", note: "No code, only configuration.", code: jitsi(origin, key) },
    { id: "file", label: "Dump file", note: "Calls that already happened.", code: file(origin) },
  ];
}
