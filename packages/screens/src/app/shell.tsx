import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { paths } from '../paths';
import { usePlatform } from '../platform/context';
import type { IconName } from '../platform/icons';
import { effects } from '../ui/effects';
import { Icon } from '../ui/icon';
import { Link } from '../ui/link';
import { Logo } from '../ui/logo';
import { OfflineBanner } from '../ui/offline-banner';
import { Text } from '../ui/text';
import { breakpoint, color, radius, space } from '../ui/tokens';
import { useSession } from './client';

interface Tab {
  to: string;
  icon: IconName;
  label: string;
  current: boolean;
}

function useTabs(): Tab[] {
  const { t } = useTranslation();
  const path = usePlatform().navigation.usePath();
  const isSeller = Boolean(useSession().user?.shop);
  const inOrders = path.startsWith(paths.orders);
  return [
    { to: paths.feed, icon: 'Radio', label: t('common.nav.live'), current: path === paths.feed },
    { to: paths.orders, icon: 'ShoppingBag', label: t('common.nav.orders'), current: inOrders },
    {
      to: paths.studio,
      icon: isSeller ? 'Video' : 'Store',
      label: t(isSeller ? 'common.nav.studio' : 'common.nav.sell'),
      current: path.startsWith(paths.studio),
    },
    {
      to: paths.account,
      icon: 'User',
      label: t('common.nav.account'),
      current: path.startsWith(paths.account) && !inOrders,
    },
  ];
}

/** The frame of every screen but the live room: tabs under the thumb, or a rail on a desk. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const tabs = useTabs();
  const rail = useWindowDimensions().width >= breakpoint.rail;
  return (
    <View style={[styles.frame, rail && styles.frameRail]}>
      {rail ? (
        <View role="navigation" aria-label={t('common.nav.label')} style={styles.rail}>
          <View style={styles.railLogo}>
            <Logo />
          </View>
          {tabs.map((tab) => (
            <Link
              key={tab.to}
              to={tab.to}
              label={tab.label}
              current={tab.current}
              style={[styles.railTab, tab.current && styles.railTabCurrent]}
            >
              <Icon name={tab.icon} size={21} tint={tab.current ? color.marigold : color.muted} />
              <Text variant="label" tone={tab.current ? 'marigold' : 'muted'}>
                {tab.label}
              </Text>
            </Link>
          ))}
          <Text variant="caption" tone="faint" style={styles.railFoot}>
            {t('common.tagline')}
          </Text>
        </View>
      ) : null}
      <View style={styles.main}>
        <OfflineBanner />
        {children}
      </View>
      {rail ? null : (
        <View
          role="navigation"
          aria-label={t('common.nav.label')}
          style={[styles.tabs, effects.bottomBar, effects.safeBottom]}
        >
          {tabs.map((tab) => (
            <Link key={tab.to} to={tab.to} label={tab.label} current={tab.current} style={styles.tab}>
              <View style={[styles.tabIcon, effects.smooth, tab.current && styles.tabIconCurrent]}>
                <Icon name={tab.icon} size={21} tint={tab.current ? color.marigold : color.muted} />
              </View>
              <Text variant="micro" tone={tab.current ? 'marigold' : 'muted'}>
                {tab.label}
              </Text>
            </Link>
          ))}
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  frame: { flex: 1, backgroundColor: color.ground },
  frameRail: { flexDirection: 'row' },
  main: { flex: 1, minWidth: 0 },
  tabs: { flexDirection: 'row', backgroundColor: color.surface },
  tab: { flex: 1, alignItems: 'center', justifyContent: 'center', minHeight: 60, gap: space.xxs },
  tabIcon: { paddingHorizontal: space.l, paddingVertical: 3, borderRadius: radius.pill },
  tabIconCurrent: { backgroundColor: color.marigoldSoft },
  rail: {
    width: 232,
    padding: space.l,
    gap: space.xs,
    borderRightWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
  railLogo: { paddingVertical: space.m, paddingHorizontal: space.s, marginBottom: space.m },
  railTab: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 48,
    paddingHorizontal: space.m,
    borderRadius: radius.m,
  },
  railTabCurrent: { backgroundColor: color.marigoldSoft },
  railFoot: { marginTop: 'auto', paddingHorizontal: space.s },
});
