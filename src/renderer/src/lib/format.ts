// Numbers, times and sizes as people read them.

const integers = new Intl.NumberFormat('en-GB')
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

export function formatInteger(value: number): string {
  return integers.format(value)
}

/** 1 record, 2,093 records. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatInteger(count)} ${count === 1 ? singular : plural}`
}

/** Shares (0…1) in percent with one decimal: 0.953 → 95.3. */
export function formatShare(value: number): string {
  return (value * 100).toFixed(1)
}

/** A probability for a token: 97 %, 0.4 %, < 0.1 %. */
export function formatProbability(value: number): string {
  const percent = value * 100
  if (percent >= 99.95)
    return '100 %'
  if (percent >= 10)
    return `${percent.toFixed(0)} %`
  return percent >= 0.1 ? `${percent.toFixed(1)} %` : '< 0.1 %'
}

/** 0.8 s, 42 s, 3 min 5 s, 2 h 10 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10)
    return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60)
    return `${whole} s`
  if (whole < 3600)
    return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function formatMilliseconds(elapsedMs: number): string {
  return elapsedMs < 1000 ? `${Math.round(elapsedMs)} ms` : formatSeconds(elapsedMs / 1000)
}

/** A loss with three digits that count: 12.4, 0.542, 6.58e-5. */
export function formatLoss(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toPrecision(3)
}

/** Binary sizes: 412 MiB, 1.3 GiB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 2 ** (10 * power)
  return `${value >= 100 || power === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[power] ?? 'B'}`
}

/** Parameter counts: 262 k, 8.1 M, 2.7 B. */
export function formatParameters(count: number): string {
  if (count >= 1e9)
    return `${(count / 1e9).toFixed(1)} B`
  if (count >= 1e6)
    return `${(count / 1e6).toFixed(1)} M`
  return count >= 1e4 ? `${(count / 1e3).toFixed(0)} k` : formatInteger(count)
}

/** An ISO date in local time, or the text itself if it is none. */
export function formatDate(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? iso : dates.format(date)
}
