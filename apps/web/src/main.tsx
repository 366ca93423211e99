import './base.css';
import { LiveScreen, VybeKartApp } from '@vybekart/screens';
import { createRoot } from 'react-dom/client';
import { webPlatform } from './platform';
import { loadHls } from './player/prepare-show';
import { Routes } from './routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <VybeKartApp platform={webPlatform}>
    <Routes />
  </VybeKartApp>,
);

// Whoever reads the list will most likely open a show: have it ready.
const haveShowReady = () => {
  LiveScreen.preload();
  loadHls().catch(() => {});
};
window.addEventListener('load', () => setTimeout(haveShowReady, 1500), { once: true });
