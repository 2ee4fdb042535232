// A tab of the audit leaves alone what is decided while it is looked at, and takes in on the way back what was decided meanwhile.
import { onActivated, onDeactivated, watch } from 'vue'
import { useAuditStore } from './audit-store.ts'

/** Calls `reload` when the tab is shown again and the audit has changed since it was. */
export function useOnReturn(reload: () => void): void {
  const store = useAuditStore()
  let seen = store.version
  let isActive = true
  onDeactivated(() => isActive = false)
  onActivated(() => {
    isActive = true
    if (seen !== store.version)
      reload()
    seen = store.version
  })
  watch(() => store.version, (version) => {
    if (isActive)
      seen = version
  })
}
