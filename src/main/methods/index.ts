// Every editing method, in the order of menus and tables.
import { registry } from '../base/registry.ts'
import { fineTune } from './fine-tune.ts'

export const methods = registry('method', fineTune)
export { describeMethod } from './describe.ts'
