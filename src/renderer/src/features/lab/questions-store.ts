// Free questions and what was answered, as long as the page is open; and the user's own pictures.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { AnswerView } from '@contract/answers.ts'
import type { QuestionForm } from '@contract/records.ts'
import { keepForSession } from './keep-for-session.ts'
import { useLabStore } from './lab-store.ts'
import { useLanesStore } from './lanes-store.ts'
import { titleOf } from './versions.ts'
import { useVersionsStore } from './versions-store.ts'

/** The unedited model among those who answer. */
export const pristine = 'pristine'

export interface Asking {
  readonly prompt: string
  readonly form: QuestionForm
  /** What should be answered; empty: nothing is expected. */
  readonly expected: string
  /** SHA-256 or file. */
  readonly picture: string | undefined
}

export interface Reply {
  readonly who: string
  readonly label: string
  readonly answer?: AnswerView & { readonly elapsedMs: number }
  readonly error?: string
}

export interface AskedQuestion extends Asking {
  readonly id: number
  readonly replies: readonly Reply[]
}

export interface OwnPicture { readonly hash: string, readonly name: string }

const mostQuestions = 50

export const useQuestionsStore = defineStore('lab-questions', () => {
  const lab = useLabStore()
  const lanes = useLanesStore()
  const versions = useVersionsStore()
  const asked = shallowRef<readonly AskedQuestion[]>([])
  const pictures = shallowRef<readonly OwnPicture[]>([])
  /** Choices of the user against the usual: the unedited model, the lanes, and the version that is edited next. */
  const toggled = ref<ReadonlySet<string>>(new Set())
  keepForSession('questions', asked)
  keepForSession('pictures', pictures)
  // What was being asked when the page was loaded again gets no answer any more.
  asked.value = asked.value.map(one => ({ ...one, replies: one.replies.map(reply => reply.answer || reply.error !== undefined ? reply : { ...reply, error: 'The page was loaded again before this was answered.' }) }))
  let count = Math.max(0, ...asked.value.map(({ id }) => id))

  const usual = computed(() => new Set([pristine, versions.headId, ...lanes.lanes.map(({ outcome }) => outcome.edit)]))
  const answerers = computed(() => [
    { id: pristine, label: 'Unedited model', isChosen: usual.value.has(pristine) !== toggled.value.has(pristine) },
    ...versions.all.map(one => ({ id: one.id, label: `${titleOf(one)}, ${lab.methods.find(method => method.id === one.plan.method)?.label ?? one.plan.method} ${one.plan.scope}`, isChosen: usual.value.has(one.id) !== toggled.value.has(one.id) })),
  ])
  const chosen = computed(() => answerers.value.filter(one => one.isChosen))

  function toggle(id: string): void {
    const next = new Set(toggled.value)
    if (!next.delete(id))
      next.add(id)
    toggled.value = next
  }

  function begin(asking: Asking, replies: readonly Reply[]): number {
    const id = ++count
    asked.value = [{ ...asking, id, replies }, ...asked.value].slice(0, mostQuestions)
    return id
  }

  function put(id: number, reply: Reply): void {
    asked.value = asked.value.map(one => one.id === id ? { ...one, replies: one.replies.map(old => old.who === reply.who ? reply : old) } : one)
  }

  function remove(id: number): void {
    asked.value = asked.value.filter(one => one.id !== id)
  }

  function addPicture(picture: OwnPicture): void {
    pictures.value = [picture, ...pictures.value.filter(one => one.hash !== picture.hash)]
  }

  return { asked, pictures, answerers, chosen, toggle, begin, put, remove, addPicture }
})
