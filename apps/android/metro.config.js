const path = require('node:path');
const { getDefaultConfig } = require('expo/metro-config');

const packages = path.resolve(__dirname, '../../packages');
const shared = ['contract', 'client', 'screens'].map((name) => path.join(packages, name));

/** The packages that the web shares, read as source. */
const doors = new Map(
  shared.map((folder) => [`@vybekart/${path.basename(folder)}`, path.join(folder, 'src/index.ts')]),
);
const isShared = (file) => file.startsWith(packages + path.sep);
const isBare = (name) => !name.startsWith('.') && !path.isAbsolute(name);
/** zod carries its messages in fifty languages; the app shows its own words. */
const isZodLocales = (name, importer) =>
  /(?:^|\/)locales\/index\.c?js$/.test(name) && /[\\/]zod[\\/]v4[\\/]/.test(importer);

/** There must be one React, and the repository's root has another set of versions: nothing comes from there. */
function refuseOutsiders(resolution) {
  const file = resolution.type === 'sourceFile' ? resolution.filePath : '';
  const isOutside = path.isAbsolute(file) && !file.startsWith(__dirname + path.sep) && !isShared(file);
  if (!isOutside) return resolution;
  throw new Error(`${file} does not belong to this app: add its package to apps/android/package.json`);
}

const config = getDefaultConfig(__dirname);
config.watchFolders = shared;
config.resolver.resolveRequest = (context, name, platform) => {
  const door = doors.get(name);
  if (door) return { type: 'sourceFile', filePath: door };
  if (isZodLocales(name, context.originModulePath)) return { type: 'empty' };
  // What the shared packages import comes from this folder's node_modules, as if they stood here.
  const asIfHere = isBare(name) && isShared(context.originModulePath);
  const from = asIfHere ? { ...context, originModulePath: __filename } : context;
  return refuseOutsiders(context.resolveRequest(from, name, platform));
};

module.exports = config;
