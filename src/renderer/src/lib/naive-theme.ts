// Our tokens as naive-ui's theme overrides.
import type { GlobalThemeOverrides } from 'naive-ui'
import { readToken } from './theme.ts'

/** Reads the tokens of the theme that is on now; ask again when it changes. */
export function readNaiveOverrides(): GlobalThemeOverrides {
  const accent = readToken('accent')
  const hover = readToken('accent-hover')
  const surface = readToken('surface')
  const text = readToken('text')
  const dim = readToken('text-3')
  const font = readToken('font')
  return {
    common: {
      fontFamily: font,
      fontFamilyMono: readToken('mono'),
      fontSize: '0.875rem',
      fontSizeMini: '0.75rem',
      fontSizeTiny: '0.75rem',
      fontSizeSmall: '0.8125rem',
      fontSizeMedium: '0.875rem',
      fontSizeLarge: '0.9375rem',
      heightTiny: '1.5rem',
      heightSmall: '1.875rem',
      heightMedium: '2.125rem',
      heightLarge: '2.5rem',
      borderRadius: '0.4375rem',
      borderRadiusSmall: '0.25rem',
      primaryColor: accent,
      primaryColorHover: hover,
      primaryColorPressed: accent,
      primaryColorSuppl: accent,
      infoColor: accent,
      infoColorHover: hover,
      successColor: readToken('good'),
      warningColor: readToken('warn'),
      errorColor: readToken('bad'),
      errorColorHover: readToken('bad'),
      errorColorPressed: readToken('bad'),
      textColorBase: text,
      textColor1: text,
      textColor2: text,
      textColor3: dim,
      placeholderColor: dim,
      bodyColor: readToken('bg'),
      cardColor: surface,
      modalColor: surface,
      popoverColor: surface,
      tableColor: surface,
      inputColor: surface,
      borderColor: readToken('line-strong'),
      dividerColor: readToken('line'),
      hoverColor: readToken('surface-2'),
    },
    Button: { textColorPrimary: readToken('on-accent'), textColorHoverPrimary: readToken('on-accent'), textColorPressedPrimary: readToken('on-accent'), textColorFocusPrimary: readToken('on-accent'), textColorDisabledPrimary: readToken('on-accent'), fontWeight: '520' },
    Input: { border: `1px solid ${readToken('line-strong')}` },
    Tooltip: { color: readToken('text'), textColor: surface, padding: '0.375rem 0.625rem' },
    Popover: { boxShadow: `0 0 0 1px ${readToken('line-strong')}, 0 6px 20px rgb(0 0 0 / 16%)` },
    Card: { borderRadius: '0.625rem', titleFontSizeMedium: '1rem', titleFontWeight: '620' },
    Dialog: { borderRadius: '0.625rem' },
  }
}
