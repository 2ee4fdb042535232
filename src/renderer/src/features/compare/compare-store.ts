// What is compared and shown: the address, what the study offers, and the records that were marked in a figure.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { AuditStatus } from '@contract/agreement.ts'
import type { Counted, Counts } from '@contract/comparison.ts'
import type { MetricInfo } from '@contract/methods.ts'
import type { Reported } from '@contract/reported.ts'
import type { ResultFilter, Run } from '@contract/runs.ts'
import type { Slice } from '@contract/slices.ts'
import { byStudy, finishedRuns, mostRuns, usualChoice } from './choose-runs.ts'
import { start } from './compare-address.ts'
import type { CompareAddress } from './compare-address.ts'
import { whyAllCount } from './counted.ts'

/** Records of one dataset that somebody marked, and where. */
export interface Selection { readonly dataset: string, readonly records: readonly string[], readonly from: string }

/** What the drawer of records shows. */
export interface OpenRecords { readonly filter: ResultFilter, readonly title: string }

export const useCompareStore = defineStore('compare', () => {
  const runs = shallowRef<readonly Run[]>()
  const metrics = shallowRef<readonly MetricInfo[]>([])
  const reported = shallowRef<readonly Reported[]>([])
  const slices = shallowRef<readonly Slice[]>([])
  /** Dataset id → name. */
  const datasets = shallowRef<ReadonlyMap<string, string>>(new Map())
  /** Undefined: not known yet, or it could not be told. */
  const audits = shallowRef<readonly AuditStatus[]>()
  /** Grows when decisions or re-runs of fixes may have changed what counts. */
  const auditChanges = ref(0)
  /** What the policy did to what is compared; undefined: everything counts, or it is not known yet. */
  const counted = shallowRef<Counted>()
  const address = shallowRef<CompareAddress>(start)
  const selection = shallowRef<Selection>()
  /** While a box or lasso is drawn. */
  const isMarking = ref(false)
  const opened = shallowRef<OpenRecords>()
  const hasChooser = ref(true)

  const marked = computed(() => selection.value && new Set(selection.value.records))
  const finished = computed(() => finishedRuns(runs.value ?? []))
  const shown = computed(() => {
    const ids = new Set(address.value.runs ?? usualChoice(finished.value))
    return finished.value.filter(run => ids.has(run.id)).slice(0, mostRuns).sort(byStudy)
  })
  const shownIds = computed(() => shown.value.map(run => run.id as string))
  const shownReported = computed(() => reported.value.filter(row => address.value.reported.includes(row.id)))
  const baseline = computed(() => shown.value.find(run => run.id === address.value.baseline))
  const shownSlices = computed(() => slices.value.filter(slice => address.value.slices.includes(slice.id)))
  /** Every reading that a metric has, in the metrics' own order. */
  const variants = computed(() => {
    const found = new Map<string, MetricInfo['variants'][number]>()
    metrics.value.forEach(metric => metric.variants.forEach(one => found.has(one.id) || found.set(one.id, one)))
    return [...found.values()]
  })
  const datasetName = (id: string): string => datasets.value.get(id) ?? id
  /** Why nothing but all probes can be counted here. */
  const onlyAll = computed(() => audits.value && whyAllCount(audits.value, [...new Set(shown.value.map(run => run.plan.dataset as string))], datasetName))
  /** Where nobody decided anything, all probes count, whatever a link says. */
  const counts = computed((): Counts => onlyAll.value === undefined ? address.value.counts : 'all')
  /** What every table, figure, export and report is asked with. */
  const comparison = computed(() => ({
    runs: [...shownIds.value],
    reported: shownReported.value.map(row => row.id),
    variant: address.value.variant,
    ...(baseline.value ? { baseline: baseline.value.id as string } : {}),
    slices: shownSlices.value.map(slice => slice.id as string),
    whole: address.value.whole || shownSlices.value.length === 0,
    records: address.value.records,
    counts: counts.value,
  }))
  /** Part of every question whose answer decisions change. */
  const countsKey = computed(() => counts.value === 'all' ? '' : `${counts.value} ${auditChanges.value}`)

  function set(change: Partial<CompareAddress>): void {
    address.value = { ...address.value, ...change }
  }

  function toggle(id: string): void {
    const ids = shownIds.value
    set({ runs: ids.includes(id) ? ids.filter(one => one !== id) : [...ids, id].slice(0, mostRuns) })
  }

  function toggleReported(ids: readonly string[], on: boolean): void {
    const others = address.value.reported.filter(id => !ids.includes(id))
    set({ reported: on ? [...others, ...ids] : others })
  }

  /** A run's name without the dataset that stands above it. */
  const shortName = ({ name, plan }: Run): string => name.endsWith(`, ${plan.dataset}`) ? name.slice(0, -plan.dataset.length - 2) : name
  const metricOf = (id: string | undefined): MetricInfo | undefined => metrics.value.find(metric => metric.id === id)
  const readingOf = (metric: string | undefined, variant: string | undefined): MetricInfo['variants'][number] | undefined => metricOf(metric)?.variants.find(one => one.id === variant)

  return {
    runs, metrics, reported, slices, datasets, audits, auditChanges, counted, address, selection, isMarking, opened, hasChooser,
    marked, finished, shown, shownIds, shownReported, baseline, shownSlices, variants, onlyAll, counts, comparison, countsKey,
    set, toggle, toggleReported, datasetName, shortName, metricOf, readingOf,
  }
})
