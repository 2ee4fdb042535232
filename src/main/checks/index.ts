// Every automatic check, the gravest first.
import { registry } from '../base/registry.ts'
import type { Check } from './check.ts'

export const checks = registry<Check>('check')
