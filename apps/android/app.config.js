const ground = '#120B10';

/** The server's origin; by default the computer that runs the emulator, as the emulator sees it. */
const server = new URL(process.env.EXPO_PUBLIC_SERVER_URL ?? 'http://10.0.2.2:3000');

/** Links to this host open the app. It must serve `/.well-known/assetlinks.json`, which a local server cannot. */
const linkHost = server.protocol === 'https:' ? server.hostname : 'vybekart.example';

/** @type {import('expo/config').ExpoConfig} */
module.exports = {
  name: 'VybeKart',
  slug: 'vybekart',
  version: '0.1.0',
  platforms: ['android'],
  scheme: 'vybekart',
  orientation: 'portrait',
  userInterfaceStyle: 'dark',
  backgroundColor: ground,
  primaryColor: '#FFB224',
  icon: './assets/icon.png',
  extra: { serverUrl: server.origin },
  android: {
    package: 'com.vybekart.app',
    versionCode: 1,
    allowBackup: false,
    softwareKeyboardLayoutMode: 'resize',
    predictiveBackGestureEnabled: true,
    adaptiveIcon: {
      foregroundImage: './assets/adaptive-foreground.png',
      backgroundImage: './assets/adaptive-background.png',
      monochromeImage: './assets/adaptive-monochrome.png',
      backgroundColor: '#FF8A3D',
    },
    intentFilters: [
      {
        action: 'VIEW',
        autoVerify: true,
        category: ['BROWSABLE', 'DEFAULT'],
        data: ['/live/', '/replay/'].map((pathPrefix) => ({ scheme: 'https', host: linkHost, pathPrefix })),
      },
    ],
    permissions: ['android.permission.INTERNET'],
    // The template and the libraries ask for these; nothing here needs them: pictures come from the photo picker.
    blockedPermissions: [
      'android.permission.CAMERA',
      'android.permission.READ_EXTERNAL_STORAGE',
      'android.permission.READ_MEDIA_IMAGES',
      'android.permission.READ_MEDIA_VIDEO',
      'android.permission.RECORD_AUDIO',
      'android.permission.SYSTEM_ALERT_WINDOW',
      'android.permission.WRITE_EXTERNAL_STORAGE',
    ],
  },
  plugins: [
    ['expo-router', { sitemap: false }],
    ['expo-splash-screen', { backgroundColor: ground, image: './assets/splash.png', imageWidth: 112 }],
    ['expo-video', { supportsBackgroundPlayback: false, supportsPictureInPicture: false }],
    ['expo-secure-store', { configureAndroidBackup: true }],
    ['expo-build-properties', { android: { minSdkVersion: 24, usesCleartextTraffic: false } }],
    ['@stripe/stripe-react-native', { merchantIdentifier: [], enableGooglePay: false }],
    'expo-localization',
    'expo-status-bar',
    'expo-system-ui',
  ],
  // tsconfig.json's paths lead to types; metro.config.js leads to code.
  experiments: { tsconfigPaths: false },
};
