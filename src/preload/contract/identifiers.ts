// Branded ids: a dataset's id does not fit a run's parameter.
import { z } from 'zod'

const id = z.string().min(1).max(120).regex(/^[a-z0-9][a-z0-9._-]*$/, 'Ids are lower case letters, digits, dots, dashes and underscores.')

export const DatasetId = id.brand<'DatasetId'>()
export type DatasetId = z.infer<typeof DatasetId>

export const ModelId = id.brand<'ModelId'>()
export type ModelId = z.infer<typeof ModelId>

export const RunId = id.brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

export const EditId = id.brand<'EditId'>()
export type EditId = z.infer<typeof EditId>

export const SliceId = id.brand<'SliceId'>()
export type SliceId = z.infer<typeof SliceId>

/** SHA-256 of a picture file's bytes, lower-case hex: the only name under which the page can ask for it. */
export const ImageHash = z.string().regex(/^[0-9a-f]{64}$/).brand<'ImageHash'>()
export type ImageHash = z.infer<typeof ImageHash>
