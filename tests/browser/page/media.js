// What a participant sends: a tone and a small moving picture, both from the page, after asking for the real devices.
const WIDTH = 160;
const HEIGHT = 120;

function tone() {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const gain = new GainNode(context, { gain: 0.2 });
  const oscillator = new OscillatorNode(context, { frequency: 330 });
  oscillator.connect(gain).connect(out);
  oscillator.start();
  return out.stream.getAudioTracks()[0];
}

function picture() {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext('2d');
  const camera = { running: true, track: canvas.captureStream(15).getVideoTracks()[0] };
  let frame = 0;
  setInterval(() => {
    if (!camera.running) return;
    frame += 1;
    pen.fillStyle = `hsl(${(frame * 7) % 360} 60% 50%)`;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.fillStyle = 'white';
    for (let dot = 0; dot < 40; dot += 1) pen.fillRect(Math.random() * WIDTH, Math.random() * HEIGHT, 4, 4);
  }, 66);
  return camera;
}

/** Rejects as getUserMedia does when the page may not use the devices. */
export async function openMedia({ source }) {
  const devices = await navigator.mediaDevices.getUserMedia({
    audio: true,
    video: { width: WIDTH, height: HEIGHT, frameRate: 15 },
  });
  const camera = source === 'canvas' ? picture() : { track: devices.getVideoTracks()[0] };
  return { camera, stream: new MediaStream([tone(), camera.track]), devices };
}
