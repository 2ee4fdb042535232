// Probes that the unedited model answers as the edit wants: they cannot show what the edit did.
import { defineCheck } from './check.ts'
import type { Found } from './check.ts'
import { probesOf } from './walk.ts'
import { quoted } from './words.ts'

export const baseRight = defineCheck({
  id: 'base-right',
  label: 'Answered right before the edit',
  summary: 'The unedited model, decoding freely, already gives the target to the edit\'s question or to a rephrase of it, compared as the metrics compare answers.',
  severity: 'look',
  needsModel: true,
  version: 1,
  async run({ dataset, model, signal, progress }) {
    if (!model)
      throw new Error('This check asks a model, and none was chosen. Choose one.')
    const asked = dataset.records
      .flatMap(record => [{ record: record.id, probe: record.edit, place: {} }, ...probesOf(record, ['textRephrase', 'imageRephrase']).map(({ kind, index, probe }) => ({ record: record.id, probe, place: { kind, index } }))])
      // Nothing can be right about a probe without an expected answer.
      .filter(({ probe }) => probe.expected.trim() !== '')
    progress(0, asked.length)
    const answers = await model.answers(asked.map(({ probe }) => probe), done => progress(done, asked.length))
    signal.throwIfAborted()
    const findings = asked.flatMap(({ record, probe, place }, i): Found[] => {
      const answer = answers[i]
      if (!answer?.isRight)
        return []
      const what = 'kind' in place ? 'so this probe cannot show that the edit carries over' : 'so the edit has nothing to change'
      return [{ record, ...place, sentence: `The unedited model already answers ${quoted(answer.text)} to ${quoted(probe.prompt)}, ${what}.` }]
    })
    const silent = answers.filter(answer => !answer).length
    return { findings, notes: silent === 0 ? [] : [`${silent} of ${asked.length} questions could not be asked: a picture is missing or cannot be read.`] }
  },
})
