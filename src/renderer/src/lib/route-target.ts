// Where the router is heading, so that a view that is being left does not write its address over the new one.
import type { RouteRecordNameGeneric, Router } from 'vue-router'

const targets = new WeakMap<Router, RouteRecordNameGeneric>()

/** Call once per router. */
export function trackTarget(router: Router): void {
  router.beforeEach((to) => {
    targets.set(router, to.name)
  })
}

/** Is `name` the view that is shown and stays? False while a navigation to another one is under way. */
export function isStaying(router: Router, name: string): boolean {
  return router.currentRoute.value.name === name && targets.get(router) === name
}
