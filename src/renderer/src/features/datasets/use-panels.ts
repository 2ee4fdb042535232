// Which panes stand beside the list; remembered in this browser.
import { reactive, watch } from 'vue'

const storageKey = 'mmedit.datasets.hidden'
const names = ['filters', 'detail'] as const

export function usePanels(): Record<typeof names[number], boolean> {
  const hidden = (localStorage.getItem(storageKey) ?? '').split(',')
  const panels = reactive({ filters: !hidden.includes('filters'), detail: !hidden.includes('detail') })
  watch(panels, () => localStorage.setItem(storageKey, names.filter(name => !panels[name]).join(',')))
  return panels
}
