// Whole reports.
import { os } from './base.ts'

export const reports = os.reports.router({
  write: os.reports.write.handler(({ context, input }) => context.publish.report(input)),
})
