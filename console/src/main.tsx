import { render } from 'preact'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/ui.css'
import { connect, explain } from './api.ts'
import { loadConfig } from './config.ts'
import { followLinks } from './router.ts'
import { App } from './shell/app.tsx'
import { listenToKeys } from './shell/shortcuts.ts'
import { applyTheme } from './shell/theme.ts'

const start = async (): Promise<void> => {
  const config = await loadConfig()
  const login = config.login && (await (await import('./login/login.ts')).signIn(config.login))
  connect(config, login)
  followLinks()
  listenToKeys()
  render(<App signOut={login?.signOut} />, document.getElementById('app')!)
}

applyTheme()
start().catch((error: unknown) => {
  render(
    <main class="fatal">
      <h1>The console could not begin</h1>
      <p role="alert">{explain(error)}</p>
      <button type="button" onClick={() => location.assign('/')}>
        Try again
      </button>
    </main>,
    document.getElementById('app')!,
  )
})
