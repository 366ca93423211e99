const display = { width: 1080, height: 2400, scale: 2.625, fontScale: 1, densityDpi: 420 };

/** React Native's own native modules by name; one that is not described here takes every call and answers nothing. */
export function reactNativeModules(link) {
  const known = {
    AccessibilityInfo: {
      isReduceMotionEnabled: (answer) => answer(false),
      isTouchExplorationEnabled: (answer) => answer(false),
      isHighTextContrastEnabled: (answer) => answer(false),
    },
    AppState: {
      getConstants: () => ({ initialAppState: 'active' }),
      getCurrentAppState: (answer) => answer({ app_state: 'active' }),
    },
    Appearance: { getColorScheme: () => 'dark' },
    DeviceInfo: {
      getConstants: () => ({ Dimensions: { windowPhysicalPixels: display, screenPhysicalPixels: display } }),
    },
    I18nManager: { getConstants: () => ({ isRTL: false, doLeftAndRightSwapInRTL: true }) },
    IntentAndroid: { getInitialURL: async () => link },
    NativeAnimatedModule: {
      startAnimatingNode: (_id, _node, _config, ended) => setTimeout(() => ended({ finished: true }), 10),
    },
    NativeIdleCallbacksCxx: {
      requestIdleCallback: (run) => setTimeout(run, 1),
      cancelIdleCallback: clearTimeout,
    },
    NativeMicrotasksCxx: { queueMicrotask },
    PlatformConstants: {
      getConstants: () => ({
        Version: 36,
        isTesting: false,
        reactNativeVersion: { major: 0, minor: 86, patch: 3, prerelease: null },
      }),
    },
    SourceCode: { getConstants: () => ({ scriptURL: 'assets://index.android.bundle' }) },
    StatusBarManager: { getConstants: () => ({ HEIGHT: 24 }) },
  };
  // Absent in a release build.
  const absent =
    /^(?:EX|ExpoUpdates|UIManager)|FeatureFlags|DevSettings|HMR|LogBox|RedBox|Inspector|Performance|Observer/;
  const quiet = {
    get: (module, member) => {
      if (member in module) return module[member];
      if (typeof member !== 'string' || member === 'then') return undefined;
      return member === 'getConstants' ? () => ({}) : () => {};
    },
  };
  return (name) => (absent.test(name) ? null : new Proxy(known[name] ?? {}, quiet));
}
