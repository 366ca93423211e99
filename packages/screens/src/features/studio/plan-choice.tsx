import { useTranslation } from 'react-i18next';
import { ScrollView, StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { Card } from '../../ui/card';
import { Chip } from '../../ui/chip';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import {
  firstSuggestion,
  isAhead,
  type PlanTime,
  pickedTime,
  planDate,
  planDays,
  planHours,
  planMinutes,
} from './plan-time';

interface Props {
  /** Null: as soon as video comes. */
  time: PlanTime | null;
  now: Date;
  onChange(time: PlanTime | null): void;
}

/** Now, or a day and a time of the next fortnight. */
export function PlanChoice({ time, now, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card title={t('studio.plan.title')}>
      <View role="radiogroup" aria-label={t('studio.plan.title')} style={styles.wrapped}>
        <Chip label={t('studio.plan.now')} selected={time === null} onPress={() => onChange(null)} />
        <Chip
          label={t('studio.plan.later')}
          testID="plan-later"
          selected={time !== null}
          onPress={() => onChange(firstSuggestion(now))}
        />
      </View>
      {time ? (
        <>
          <Days time={time} now={now} onChange={onChange} />
          <Hours time={time} now={now} onChange={onChange} />
          <Text tone="muted" aria-live="polite" testID="plan-summary">
            {t('studio.plan.summary', { when: format.dateTime(planDate(time, now).toISOString()) })}
          </Text>
        </>
      ) : null}
    </Card>
  );
}

interface PickProps {
  time: PlanTime;
  now: Date;
  onChange(time: PlanTime): void;
}

function Days({ time, now, onChange }: PickProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = (day: number) => {
    if (day === 0) return t('studio.plan.today');
    if (day === 1) return t('studio.plan.tomorrow');
    return format.day(planDate({ day, hour: 12, minute: 0 }, now));
  };
  const days = Array.from({ length: planDays }, (_, day) => day).filter((day) =>
    isAhead({ day, hour: 23, minute: 45 }, now),
  );
  return (
    <ScrollView horizontal showsHorizontalScrollIndicator={false}>
      <View role="radiogroup" aria-label={t('studio.plan.day')} style={styles.row}>
        {days.map((day) => (
          <Chip
            key={day}
            label={label(day)}
            testID={`plan-day-${day}`}
            selected={time.day === day}
            onPress={() => onChange(pickedTime({ ...time, day }, now))}
          />
        ))}
      </View>
    </ScrollView>
  );
}

function Hours({ time, now, onChange }: PickProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const hours = planHours.filter((hour) => isAhead({ ...time, hour, minute: 45 }, now));
  const minutes = planMinutes.filter((minute) => isAhead({ ...time, minute }, now));
  return (
    <>
      <View role="radiogroup" aria-label={t('studio.plan.hour')} style={styles.wrapped}>
        {hours.map((hour) => (
          <Chip
            key={hour}
            label={format.hour(planDate({ ...time, hour, minute: 0 }, now))}
            testID={`plan-hour-${hour}`}
            selected={time.hour === hour}
            onPress={() => onChange(pickedTime({ ...time, hour }, now))}
          />
        ))}
      </View>
      <View role="radiogroup" aria-label={t('studio.plan.minute')} style={styles.wrapped}>
        {minutes.map((minute) => (
          <Chip
            key={minute}
            label={`:${String(minute).padStart(2, '0')}`}
            selected={time.minute === minute}
            onPress={() => onChange({ ...time, minute })}
          />
        ))}
      </View>
    </>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', gap: space.s },
  wrapped: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
