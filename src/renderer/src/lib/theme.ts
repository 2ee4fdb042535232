// Light or dark, and the tokens of styles/tokens.css as values for libraries that cannot read CSS variables.
import { computed, inject, ref, watchEffect } from 'vue'
import type { ComputedRef, InjectionKey, Ref } from 'vue'

export const themeModes = ['system', 'light', 'dark'] as const
export type ThemeMode = (typeof themeModes)[number]
export type ThemeName = 'light' | 'dark'

const storageKey = 'mmedit.theme'
const themeKey: InjectionKey<Readonly<Ref<ThemeName>>> = Symbol('theme')
export { themeKey }

export interface Theme {
  readonly mode: Ref<ThemeMode>
  readonly name: ComputedRef<ThemeName>
}

/** Follows the system unless the user chose; the choice is remembered in this browser. */
export function useTheme(): Theme {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemIsDark = ref(system.matches)
  system.addEventListener('change', (event) => {
    systemIsDark.value = event.matches
  })
  const mode = ref<ThemeMode>(parseThemeMode(localStorage.getItem(storageKey)))
  const name = computed<ThemeName>(() => {
    if (mode.value === 'system')
      return systemIsDark.value ? 'dark' : 'light'
    return mode.value
  })
  // Before anything reads a token: `sync`, so that the page and the libraries change in the same frame.
  watchEffect(() => {
    document.documentElement.dataset['theme'] = name.value
    localStorage.setItem(storageKey, mode.value)
  }, { flush: 'sync' })
  return { mode, name }
}

export function parseThemeMode(stored: string | null): ThemeMode {
  return themeModes.find(mode => mode === stored) ?? 'system'
}

/** The theme that the app provides. */
export function useThemeName(): Readonly<Ref<ThemeName>> {
  return inject(themeKey, () => ref<ThemeName>('light'), true)
}

/** Value of a token (`--accent` without the dashes) in the theme that is on now, references followed. */
export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

/** The series colours of figures, in order. */
export function readSeriesColours(): string[] {
  return Array.from({ length: 8 }, (_, i) => readToken(`series-${i + 1}`))
}
