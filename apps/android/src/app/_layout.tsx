import { VybeKartApp } from '@vybekart/screens';
import { Stack } from 'expo-router/stack';
import * as SplashScreen from 'expo-splash-screen';
import { StatusBar } from 'expo-status-bar';
import { StyleSheet, View } from 'react-native';
import { initialWindowMetrics, SafeAreaProvider, useSafeAreaInsets } from 'react-native-safe-area-context';
import { androidPlatform } from '../platform';

void SplashScreen.preventAutoHideAsync();

/** Under a screen that was opened by a link lies the feed. */
export const unstable_settings = { anchor: 'index' };

const ground = '#120B10';
const still = { animation: 'none' } as const;

export default function Layout() {
  return (
    <SafeAreaProvider initialMetrics={initialWindowMetrics}>
      <StatusBar style="light" />
      <VybeKartApp platform={androidPlatform}>
        <Screens />
      </VybeKartApp>
    </SafeAreaProvider>
  );
}

/** Mounted when the words of the reader's language are there; until then the splash screen stays. */
function Screens() {
  const { top, bottom, left, right } = useSafeAreaInsets();
  return (
    <View
      style={[
        styles.frame,
        { paddingTop: top, paddingBottom: bottom, paddingLeft: left, paddingRight: right },
      ]}
      onLayout={() => SplashScreen.hide()}
    >
      <Stack screenOptions={{ headerShown: false, contentStyle: styles.screen }}>
        <Stack.Screen name="index" options={still} />
        <Stack.Screen name="account/index" options={still} />
        <Stack.Screen name="account/orders/index" options={still} />
        <Stack.Screen name="studio/index" options={still} />
      </Stack>
    </View>
  );
}

const styles = StyleSheet.create({
  frame: { flex: 1, backgroundColor: ground },
  screen: { backgroundColor: ground },
});
