import { MissingScreen } from '@vybekart/screens';
import { useIsFocused, useLocalSearchParams } from 'expo-router';
import type { ComponentType } from 'react';

type Named<Name extends string> = ComponentType<Record<Name, string>>;

/** A route for a screen that shows one thing, named in the address: `[handle].tsx` gives its `handle`. */
export function addressed<Name extends string>(Screen: Named<Name>, ...names: Name[]) {
  return function Addressed() {
    const params = useLocalSearchParams();
    const values = names.map((name) => [name, params[name]] as const);
    if (!values.every(([, value]) => typeof value === 'string')) return <MissingScreen />;
    return <Screen {...(Object.fromEntries(values) as Record<Name, string>)} key={values.join()} />;
  };
}

/**
 * The same for a show: it leaves its room and stops its video as soon as another screen covers it, because the
 * stack keeps covered screens alive.
 */
export function addressedOnTop<Name extends string>(Screen: Named<Name>, name: Name) {
  const Route = addressed(Screen, name);
  return function OnTop() {
    return useIsFocused() ? <Route /> : null;
  };
}
