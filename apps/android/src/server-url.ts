import Constants from 'expo-constants';
import { z } from 'zod';

/** Where the server is, built into the app from EXPO_PUBLIC_SERVER_URL (app.config.js); no slash at its end. */
export const { serverUrl } = z.object({ serverUrl: z.url() }).parse(Constants.expoConfig?.extra);
