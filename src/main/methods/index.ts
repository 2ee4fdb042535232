// Every editing method, in the order of menus and tables.
import { registry } from '../base/registry.ts'
import { fineTuneL } from './fine-tune-l.ts'
import { fineTune } from './fine-tune.ts'
import { lora } from './lora.ts'

export const methods = registry('method', fineTune, fineTuneL, lora)
export { describeMethod } from './describe.ts'
