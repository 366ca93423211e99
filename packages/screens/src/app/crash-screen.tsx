import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { RetryButton } from '../ui/retry-button';
import { StateView } from '../ui/state-view';
import { color } from '../ui/tokens';

/** The last net: a fault in one screen shows a way out instead of a white page. */
export class CrashScreen extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    if (!this.state.crashed) return this.props.children;
    return <Apology onRetry={() => this.setState({ crashed: false })} />;
  }
}

function Apology({ onRetry }: { onRetry(): void }) {
  const { t } = useTranslation();
  return (
    <View style={styles.page}>
      <StateView
        icon="CircleAlert"
        tone="trouble"
        title={t('common.crash.title')}
        body={t('common.crash.body')}
      >
        <RetryButton onPress={onRetry} />
      </StateView>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, alignItems: 'center', justifyContent: 'center', backgroundColor: color.ground },
});
