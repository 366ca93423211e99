// The media worker as it is, in a thread that a test can block and break.
import '../../src/hosting/media-worker.ts';

const trouble = new BroadcastChannel('media-trouble');
trouble.onmessage = ({ data }) => {
  if (data === 'crash') throw new Error('something broke');
  const until = performance.now() + data;
  while (performance.now() < until);
};
