import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const contract = { '@contract': resolve('src/preload/contract') }

// Four entries on the main side: the window, the headless server, the terminal and the engine process.
// Packages stay outside the bundle (electron-vite's default), so native bindings are loaded from node_modules.
export default defineConfig({
  main: {
    resolve: { alias: contract },
    build: {
      rollupOptions: {
        input: Object.fromEntries(['index', 'server', 'cli', 'engine'].map(name => [name, resolve(`src/main/${name}.ts`)])),
      },
    },
  },
  preload: {
    resolve: { alias: contract },
    build: {
      rollupOptions: {
        input: { index: resolve('src/preload/index.ts') },
        // A sandboxed preload script must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    resolve: { alias: contract },
    plugins: [vue()],
    build: { rollupOptions: { input: { index: resolve('src/renderer/index.html') } } },
  },
})
