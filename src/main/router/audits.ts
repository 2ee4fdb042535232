// Audits: what people decide about probes, and what follows from it.
import { os } from './base.ts'

export const audits = os.audits.router({
  status: os.audits.status.handler(({ context, input }) => context.audits.status(input.dataset)),
  settings: os.audits.settings.handler(({ context, input }) => context.audits.settings(input.dataset)),
  saveSettings: os.audits.saveSettings.handler(({ context, input }) => context.audits.saveSettings(input.dataset, input.settings)),
  queue: os.audits.queue.handler(({ context, input }) => context.audits.queue(input)),
  read: os.audits.read.handler(({ context, input }) => context.audits.read(input)),
  listProbes: os.audits.listProbes.handler(async ({ context, input }) => ({ probes: await context.audits.probes(input) })),
  decide: os.audits.decide.handler(async ({ context, input }) => ({ saved: await context.audits.decide(input) })),
  undo: os.audits.undo.handler(({ context, input }) => context.audits.undo(input)),
  history: os.audits.history.handler(({ context, input }) => context.audits.history(input)),
  listStates: os.audits.listStates.handler(({ context, input }) => context.auditStates.ofRecord(input.dataset, input.record)),
  listChecks: os.audits.listChecks.handler(({ context }) => context.checks.list()),
  check: os.audits.check.handler(({ context, input, signal }) => context.checks.check(input, signal)),
  listFindings: os.audits.listFindings.handler(({ context, input }) => context.checks.findings(input)),
  agreement: os.audits.agreement.handler(({ context, input }) => context.audits.agreement(input)),
  rerun: os.audits.rerun.handler(({ context, input }) => context.repairs.rerun(input)),
  export: os.audits.export.handler(({ context, input }) => context.clean.export(input)),
  exportDecisions: os.audits.exportDecisions.handler(({ context, input }) => context.clean.decisions(input)),
  merge: os.audits.merge.handler(({ context, input }) => context.audits.merge(input)),
})
