// Saved views: what a screen showed, by name, kept in the study.
import { oc } from '@orpc/contract'
import { z } from 'zod'

export const View = z.object({
  id: z.string(),
  name: z.string().min(1).max(120),
  /** Which screen: a route's name. */
  screen: z.enum(['datasets', 'compare']),
  /** The address of the screen, as after the #. */
  address: z.string().max(20_000).startsWith('/'),
  createdAt: z.string(),
})
export type View = z.infer<typeof View>

export const views = {
  list: oc.output(z.array(View)),
  /** A view of the same screen and name is replaced. */
  save: oc.input(View.omit({ id: true, createdAt: true })).output(View),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({ removed: z.boolean() })),
}
