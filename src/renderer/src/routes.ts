// The five views. The address after # holds what is shown, so that a reload or a link returns to it.
import { createRouter, createWebHashHistory } from 'vue-router'
import type { Router } from 'vue-router'
import { trackTarget } from './lib/route-target.ts'

export function createRoutes(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/datasets' },
      { path: '/datasets/:dataset?', name: 'datasets', component: () => import('./features/datasets/DatasetsView.vue') },
      { path: '/lab/:dataset?/:record?', name: 'lab', component: () => import('./features/lab/LabView.vue') },
      { path: '/runs/:run?', name: 'runs', component: () => import('./features/runs/RunsView.vue') },
      { path: '/compare', name: 'compare', component: () => import('./features/compare/CompareView.vue') },
      { path: '/audit/:dataset?', name: 'audit', component: () => import('./features/audit/AuditView.vue') },
      { path: '/:rest(.*)', redirect: '/datasets' },
    ],
  })
  trackTarget(router)
  return router
}
