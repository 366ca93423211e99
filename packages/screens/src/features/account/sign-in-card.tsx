import { StyleSheet, View } from 'react-native';
import { color, radius, space } from '../../ui/tokens';
import { SignInForm } from './sign-in-form';

/** The form in the page itself; whoever stands behind appears by the session's change. */
export function SignInCard({ label }: { label: string }) {
  return (
    <View style={styles.card} role="group" aria-label={label}>
      <SignInForm onSignedIn={() => undefined} />
    </View>
  );
}

const styles = StyleSheet.create({
  card: {
    width: '100%',
    maxWidth: 440,
    alignSelf: 'center',
    padding: space.l,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
});
