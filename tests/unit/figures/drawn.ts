// What the tests look at in an option.
import type { Figure } from '../../../src/preload/contract/figures.ts'

export interface Entry { readonly value: unknown, readonly tip?: string, readonly link?: number }
export interface Series { readonly type: string, readonly name: string, readonly id?: string, readonly link?: number, readonly tip?: string, readonly isRecords?: boolean, readonly xAxisIndex?: number, readonly symbol?: string, readonly itemStyle?: Record<string, unknown>, readonly data: readonly unknown[] }
export interface Drawn { readonly xAxis: readonly Record<string, unknown>[], readonly yAxis: readonly Record<string, unknown>[], readonly series: readonly Series[] }

/** Axes as lists, whether there are one or several. */
export function drawn({ option }: Pick<Figure, 'option'>): Drawn {
  const list = (axis: unknown): Record<string, unknown>[] => (Array.isArray(axis) ? axis : axis === undefined ? [] : [axis]) as Record<string, unknown>[]
  return { xAxis: list(option['xAxis']), yAxis: list(option['yAxis']), series: option['series'] as Series[] }
}

/** Values without tips and links. */
export const valuesOf = (series: Series | undefined): unknown[] => (series?.data ?? []).map(entry => isEntry(entry) ? entry.value : entry)

export const isEntry = (entry: unknown): entry is Entry => typeof entry === 'object' && entry !== null && 'value' in entry

export const entriesOf = (series: readonly Series[]): Entry[] => series.flatMap(({ data }) => data.filter(isEntry))
