import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AndroidConfig } from 'expo/config-plugins.js';

const name = 'com.vybekart.app';
const unwanted = [
  'SYSTEM_ALERT_WINDOW',
  'READ_EXTERNAL_STORAGE',
  'WRITE_EXTERNAL_STORAGE',
  'CAMERA',
  'RECORD_AUDIO',
];

const is = (found, wanted) => (found === wanted ? '' : `found ${JSON.stringify(found)}, not ${wanted}`);

/** Reads the Gradle project that Expo generated for `server`; reports each `fact(sentence, problem)`. */
export async function generatedProject(folder, { server, fact }) {
  const file = (relative) => path.join(folder, relative);
  const text = (relative) => (existsSync(file(relative)) ? readFileSync(file(relative), 'utf8') : '');
  const manifest = async (variant) => {
    const source = file(`app/src/${variant}/AndroidManifest.xml`);
    return (await AndroidConfig.Manifest.readAndroidManifestAsync(source)).manifest;
  };
  const main = await manifest('main');
  const { $: application, activity: activities } = main.application[0];
  const exported = activities.filter(({ $ }) => $['android:exported'] === 'true');

  gradle(text('gradle.properties'), text('app/build.gradle'), fact);
  permissions(main['uses-permission'], fact);
  const debug = (await manifest('debug')).application[0].$;
  fact('a release speaks HTTPS alone', is(application['android:usesCleartextTraffic'], 'false'));
  fact('a debug build may speak HTTP', is(debug['android:usesCleartextTraffic'], 'true'));
  fact('what it keeps stays out of backups', is(application['android:allowBackup'], 'false'));
  fact('one activity is open to other apps', is(exported.length, 1));
  fact('it stands upright', is(exported[0]?.$['android:screenOrientation'], 'portrait'));
  links(exported[0]?.['intent-filter'] ?? [], server, fact);

  const icon = text('app/src/main/res/mipmap-anydpi-v26/ic_launcher.xml');
  const missing = ['background', 'foreground', 'monochrome'].filter((layer) => !icon.includes(`<${layer} `));
  fact('its icon adapts to the launcher', missing.map((layer) => `no ${layer}`).join(', '));
  const splash = existsSync(file('app/src/main/res/drawable-xxhdpi/splashscreen_logo.png'));
  fact('it has a splash screen', splash ? '' : 'no splashscreen_logo.png');
}

function gradle(properties, build, fact) {
  const property = (key) => properties.match(new RegExp(`^${key}=(.*)$`, 'm'))?.[1];
  fact(`it is called ${name}`, is(build.match(/applicationId '(.+)'/)?.[1], name));
  fact('it runs on Android 7 and newer (minSdk 24)', is(property('android.minSdkVersion'), '24'));
  fact('it runs on Hermes', is(property('hermesEnabled'), 'true'));
}

function permissions(entries, fact) {
  const short = ({ $ }) => $['android:name'].replace('android.permission.', '');
  const removed = entries.filter(({ $ }) => $['tools:node'] === 'remove').map(short);
  const asked = entries.map(short).filter((permission) => !removed.includes(permission));
  fact('it asks for INTERNET, and to vibrate', is(asked.sort().join(), 'INTERNET,VIBRATE'));
  for (const permission of unwanted) {
    const problem = removed.includes(permission) ? '' : 'not removed from the merged manifest';
    fact(`no library gets ${permission} for it`, problem);
  }
}

function links(filters, server, fact) {
  const opens = filters
    .filter(({ action }) => action.some(({ $ }) => $['android:name'] === 'android.intent.action.VIEW'))
    .flatMap(({ $, data }) =>
      data.map((one) => ({ ...one.$, verified: $?.['android:autoVerify'] === 'true' })),
    );
  const own = opens.find((link) => link['android:scheme'] === 'vybekart');
  fact('vybekart:// opens it', own ? '' : 'no such intent filter');
  const https = opens.filter((link) => link['android:scheme'] === 'https');
  const addresses = https.map((link) => `${link['android:host']}${link['android:pathPrefix']}`);
  for (const path of ['/live/', '/replay/']) {
    fact(`https://${server}${path}… opens it`, addresses.includes(`${server}${path}`) ? '' : 'no such link');
  }
  fact(
    'and Android verifies that it may (autoVerify)',
    is(
      https.every((link) => link.verified),
      true,
    ),
  );
}
