import type { ErrorComponentProps } from '@tanstack/react-router';
import { Screen } from '../components/screen.tsx';
import { EmptyState, ErrorPanel, Loading } from '../components/states.tsx';

/** In place of a screen that failed. */
export function ScreenError({ error, reset }: ErrorComponentProps) {
  return (
    <Screen title="This screen failed">
      <ErrorPanel error={error} onRetry={reset} />
    </Screen>
  );
}

/** While the code of a screen is loaded. */
export function ScreenPending() {
  return (
    <div className="screen">
      <Loading />
    </div>
  );
}

/** At an address that names no screen. */
export function ScreenMissing() {
  return (
    <Screen title="No such page">
      <EmptyState title="Nothing is shown at this address">
        <p>Go on from the list of studies, by the name at the top left.</p>
      </EmptyState>
    </Screen>
  );
}
