// Every dataset format, in the order they are tried.
import { registry } from '../../base/registry.ts'
import { mmedit } from './mmedit.ts'

export const formats = registry('dataset format', mmedit)
