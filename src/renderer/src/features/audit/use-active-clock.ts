// An active clock that follows this page: its visibility, its keys, its pointer.
import { onScopeDispose } from 'vue'
import { createActiveClock } from './active-clock.ts'
import type { ActiveClock } from './active-clock.ts'

export function useActiveClock(): ActiveClock {
  const clock = createActiveClock(() => performance.now())
  const see = (): void => clock.setVisible(document.visibilityState === 'visible')
  const touches = ['keydown', 'pointermove', 'pointerdown', 'wheel'] as const
  see()
  document.addEventListener('visibilitychange', see)
  for (const touch of touches)
    window.addEventListener(touch, clock.touch, { passive: true })
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', see)
    for (const touch of touches)
      window.removeEventListener(touch, clock.touch)
  })
  return clock
}
