// The page's entry: fonts, styles, stores, routes, connection.
import '@fontsource-variable/inter/wght.css'
import '@fontsource/jetbrains-mono/latin-400.css'
import '@fontsource/jetbrains-mono/latin-600.css'
import './styles/tokens.css'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { connect } from './api/client.ts'
import { createRoutes } from './routes.ts'

const app = createApp(App)
app.use(createPinia())
app.use(createRoutes())
connect(app)
app.mount('#app')
