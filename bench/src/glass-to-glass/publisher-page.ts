// In the browser: the product's own broadcast, whose camera is a canvas with the clock painted into it.
import { BroadcastSession } from '../../../apps/web/src/broadcast/broadcast-session.ts';

declare global {
  interface Window {
    broadcast: BroadcastSession;
  }
}

const frame = { width: 640, height: 360, fps: 30, bits: 48, blockPx: 13, bandPx: 26 };
const asked = new URLSearchParams(location.search);
const canvas = document.createElement('canvas');
canvas.width = frame.width;
canvas.height = frame.height;
const context = canvas.getContext('2d') as CanvasRenderingContext2D;

function paint(count: number): void {
  context.fillStyle = 'rgb(96 96 96)';
  context.fillRect(0, 0, frame.width, frame.height);
  const time = BigInt(Date.now());
  for (let bit = 0; bit < frame.bits; bit += 1) {
    context.fillStyle = (time >> BigInt(frame.bits - 1 - bit)) & 1n ? 'white' : 'black';
    context.fillRect(bit * frame.blockPx, 0, frame.blockPx, frame.bandPx);
  }
  // Something that moves, so that the encoder has work as with a camera.
  context.fillStyle = 'rgb(200 200 200)';
  context.fillRect((count * 7) % (frame.width - 60), 120 + ((count * 3) % 160), 60, 60);
}

function openCamera(): MediaStream {
  let count = 0;
  setInterval(() => paint(count++), 1000 / frame.fps);
  const [picture] = canvas.captureStream(frame.fps).getVideoTracks();
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const microphone = audio.createMediaStreamDestination();
  tone.connect(microphone);
  tone.start();
  const [sound] = microphone.stream.getAudioTracks();
  return new MediaStream([picture, sound].filter((track) => track !== undefined));
}

navigator.mediaDevices.getUserMedia = async () => openCamera();
const broadcast = new BroadcastSession({
  requestTicket: async () => ({ ticket: asked.get('ticket') ?? '', url: asked.get('url') ?? '' }),
});
window.broadcast = broadcast;
await broadcast.prepare();
broadcast.start();
