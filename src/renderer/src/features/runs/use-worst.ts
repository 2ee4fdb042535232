// The slices that the open run does worst on, in one reading of one metric, and how they are kept.
import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { LocationQueryRaw } from 'vue-router'
import type { SliceId } from '@contract/identifiers.ts'
import type { MetricInfo } from '@contract/methods.ts'
import type { Run } from '@contract/runs.ts'
import type { WorstSlice } from '@contract/slices.ts'
import { useClient } from '../../api/client.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'

export interface Reading { readonly value: string, readonly metric: string, readonly variant: string, readonly label: string, readonly isShare: boolean, readonly higherIsBetter: boolean }

/** Readings that differ from record to record enough to look for slices in: each metric's primary one, and divergences. */
export function readingsOf(infos: readonly MetricInfo[], isMeasured: (metric: string, variant: string) => boolean): Reading[] {
  return infos.flatMap(info => info.variants
    .filter((variant, i) => (i === 0 || variant.unit === 'nats') && isMeasured(info.id, variant.id))
    .map((variant, i): Reading => ({
      value: `${info.id}/${variant.id}`, metric: info.id, variant: variant.id,
      label: i === 0 ? info.label : `${info.label}: ${variant.label}`, isShare: variant.unit !== 'nats', higherIsBetter: variant.higherIsBetter,
    })))
}

/** Slice minus rest, in points of percent or in nats: "−12.3", "+0.210". */
export function differenceText(difference: number, isShare: boolean): string {
  const size = isShare ? (Math.abs(difference) * 100).toFixed(1) : Math.abs(difference).toFixed(3)
  return Number(size) === 0 ? size : `${difference < 0 ? '−' : '+'}${size}`
}

/** "0.032", "< 0.001" */
export const chanceText = (p: number): string => p < 0.001 ? '< 0.001' : p.toFixed(3)

/** Datasets view with exactly these facets beside this run, the worst record first. */
export function recordsAddress(slice: WorstSlice, run: Run, reading: Reading): LocationQueryRaw {
  return { ...Object.fromEntries(Object.entries(slice.filter.facets).map(([facet, values]) => [`is-${facet}`, values])), run: run.id, sort: `${reading.higherIsBetter ? '' : '-'}${reading.value}` }
}

export interface Worst {
  readonly readings: ComputedRef<readonly Reading[]>
  readonly chosen: ComputedRef<Reading | undefined>
  readonly least: Ref<number>
  readonly pick: (value: string | undefined) => void
  readonly found: Asked<{ slices: WorstSlice[], looked: number, notes: string[] } | undefined>
  /** Labels that were saved since the run was opened, with the slices they became. */
  readonly saved: Ref<ReadonlyMap<string, SliceId>>
  readonly saveError: Ref<string | undefined>
  readonly save: (slice: WorstSlice) => Promise<void>
}

export function useWorst(run: () => Run, readings: () => readonly Reading[]): Worst {
  const client = useClient()
  const value = ref('reliability/strict')
  const least = ref(10)
  const saved = shallowRef<ReadonlyMap<string, SliceId>>(new Map())
  const saveError = ref<string>()
  const chosen = computed(() => readings().find(reading => reading.value === value.value) ?? readings()[0])

  const found = useAsked(async (signal) => {
    const reading = chosen.value
    return reading && await client.slices.worst({ run: run().id, metric: reading.metric, variant: reading.variant, least: least.value }, { signal })
  }, [() => run().id, () => run().status, () => chosen.value?.value, least])

  watch(() => run().id, () => {
    found.data.value = undefined
    saved.value = new Map()
    saveError.value = undefined
  })

  async function save(slice: WorstSlice): Promise<void> {
    try {
      const { id } = await client.slices.save({ name: slice.label.slice(0, 120), dataset: run().plan.dataset, filter: { facets: slice.filter.facets }, note: `Found in run ${run().name}.` })
      saved.value = new Map(saved.value).set(slice.label, id)
      saveError.value = undefined
    }
    catch (reason) {
      saveError.value = errorSentence(reason)
    }
  }

  return {
    readings: computed(readings), chosen, least, found, saved, saveError, save,
    pick(next) {
      value.value = next ?? value.value
    },
  }
}
