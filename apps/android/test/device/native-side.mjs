// What an Android device gives to the app's JavaScript, as far as a journey through the screens needs it. Enough to
// prove that the bundle starts, renders, navigates and calls the native modules it should; nothing is drawn.
import { ExpoModules, SharedObject } from './expo-modules.mjs';
import { reactNativeModules } from './react-native-modules.mjs';
import { Screen } from './screen.mjs';

/**
 * Starts the bundle in this process, once. `link` is the address that opened the app. Node's globals become those of
 * a device, so the process is of no other use afterwards.
 */
export function startApp({ code, serverUrl, link = null }) {
  // Hermes has none of these.
  for (const name of ['navigator', 'crypto', 'localStorage']) delete globalThis[name];
  const callable = new Map();
  const screen = new Screen();
  const expoModules = new ExpoModules({ serverUrl });
  const nativeModule = reactNativeModules(link);
  Object.assign(globalThis, {
    RN$Bridgeless: true,
    RN$enableMicrotasksInReact: true,
    RN$registerCallableModule: (name, create) => callable.set(name, create),
    RN$handleException: (error, isFatal) => screen.failed(error, isFatal),
    HermesInternal: {
      hasPromise: () => true,
      useEngineQueue: () => true,
      enablePromiseRejectionTracker() {},
    },
    __turboModuleProxy: nativeModule,
    nativeModuleProxy: new Proxy({}, { get: (_, name) => nativeModule(String(name)) }),
    nativeFabricUIManager: screen.fabric,
    nativeLoggingHook() {},
    requestAnimationFrame: (draw) => setTimeout(() => draw(performance.now()), 16),
    cancelAnimationFrame: clearTimeout,
    expo: {
      EventEmitter: SharedObject,
      NativeModule: SharedObject,
      SharedObject,
      SharedRef: SharedObject,
      modules: expoModules.all,
      getViewConfig: () => ({ validAttributes: {}, directEventTypes: {} }),
      uuidv4: () => '00000000-0000-4000-8000-000000000000',
    },
  });
  // Not a module: the bundle expects the device's one global scope.
  new Function(code)();
  callable.get('AppRegistry')().runApplication('main', { rootTag: 11, initialProps: {}, fabric: true });
  return {
    screen,
    players: expoModules.players,
    stored: expoModules.stored,
    calls: expoModules.calls,
    emit: (event, payload) => callable.get('RCTDeviceEventEmitter')().emit(event, payload),
  };
}
