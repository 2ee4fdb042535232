// Every editing method, in the order of menus and tables.
import { registry } from '../base/registry.ts'
import { coEdit } from './co-edit.ts'
import { fineTuneL } from './fine-tune-l.ts'
import { fineTune } from './fine-tune.ts'
import { grace } from './grace.ts'
import { ike } from './ike.ts'
import { ke } from './ke.ts'
import { lora } from './lora.ts'
import { mend } from './mend.ts'
import { serac } from './serac.ts'
import { wise } from './wise.ts'

export const methods = registry('method', fineTune, fineTuneL, lora, ke, mend, serac, ike, grace, wise, coEdit)
export { describeMethod } from './describe.ts'
