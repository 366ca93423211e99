import './base.css';
import { VybeKartApp } from '@vybekart/screens';
import { createRoot } from 'react-dom/client';
import { webPlatform } from './platform';
import { Routes } from './routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <VybeKartApp platform={webPlatform}>
    <Routes />
  </VybeKartApp>,
);
