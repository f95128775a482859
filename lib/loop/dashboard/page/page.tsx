import { useEffect, useState } from 'preact/hooks'
import { act, connection, overview, runs } from './ask.ts'
import { whenOf } from './parts/format.ts'
import { whatIsWrong } from './parts/wrong.tsx'
import { ask, linkTo, route, run, VIEWS, type ViewName } from './route.ts'
import { nextTheme, theme } from './theme.ts'
import { Findings } from './views/findings.tsx'
import { Logs } from './views/logs.tsx'
import { Metrics } from './views/metrics.tsx'
import { Saves } from './views/saves.tsx'
import { Services } from './views/services.tsx'
import { Trace } from './views/trace.tsx'
import { Traces } from './views/traces.tsx'

const TITLES: Readonly<Record<ViewName, string>> = {
  services: 'Services',
  saves: 'Saves',
  logs: 'Logs',
  traces: 'Traces',
  metrics: 'Metrics',
  findings: 'Findings',
}

export function Page() {
  const { view, id } = route.value
  const { status } = overview.value
  const title = view === 'traces' && id ? 'Trace' : TITLES[view]
  const wrong = whatIsWrong(status).length
  useEffect(() => {
    document.title = `${wrong > 0 ? '✗ ' : ''}${title} · ${status?.stack ?? 'dev loop'}`
  }, [title, wrong, status?.stack])
  return (
    <div class="frame">
      <a class="skip" href="#content">
        To the content
      </a>
      <Header />
      <nav aria-label="Views">
        {VIEWS.map((name, index) => (
          <a
            key={name}
            href={linkTo(name, { run: run.value })}
            aria-current={name === view ? 'page' : undefined}
            aria-keyshortcuts={`${index + 1}`}
          >
            {TITLES[name]}
            {name === 'findings' && <Count count={wrong} />}
          </a>
        ))}
      </nav>
      <main id="content" tabIndex={-1} class={`view-${view}`}>
        <h1 class={view === 'services' ? 'unseen' : ''}>{title}</h1>
        <Notice />
        <Shown view={view} id={id} />
      </main>
    </div>
  )
}

function Shown({ view, id }: { view: ViewName; id: string | undefined }) {
  if (view === 'services') return <Services />
  if (view === 'saves') return <Saves />
  if (view === 'logs') return <Logs />
  if (view === 'metrics') return <Metrics />
  if (view === 'findings') return <Findings />
  return id ? <Trace id={id} /> : <Traces />
}

function Header() {
  const { status } = overview.value
  const isPresent = run.value === undefined
  const wrong = whatIsWrong(status)
  const word = !status
    ? 'connecting'
    : wrong.length > 0
      ? `${wrong[0]?.where} ${wrong.length > 1 ? `and ${wrong.length - 1} more are` : 'is'} not well`
      : status.healthy
        ? 'healthy'
        : status.activity
  return (
    <header>
      <span class="brand">
        <img src="/icon.svg" alt="" width="26" height="26" />
        <b>{status?.stack ?? 'dev loop'}</b>
        {status && (
          <span class="dim">
            {status.where} · sources {status.sources}
          </span>
        )}
      </span>
      {isPresent && (
        <span class={`state ${wrong.length > 0 ? 'bad' : status?.healthy ? 'good' : ''}`} role="status">
          {word}
        </span>
      )}
      {isPresent && status && <Pause isOn={status.paused} />}
      <span class="links">
        {Object.entries(status?.links ?? {}).map(([label, url]) => (
          <a key={label} href={url} target="_blank" rel="noreferrer">
            {label}
          </a>
        ))}
      </span>
      <label>
        <span class="unseen">Run</span>
        <select value={run.value ?? ''} onChange={({ currentTarget }) => ask({ run: currentTarget.value })}>
          {runs.value.map(({ name, isPresent }) => (
            <option key={name} value={isPresent ? '' : name}>
              {isPresent ? 'this run' : whenOf(name)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={nextTheme} title="Light, dark, or as the system is">
        <span class="unseen">Theme: </span>
        {theme.value === 'auto' ? 'Auto' : theme.value === 'light' ? 'Light' : 'Dark'}
      </button>
    </header>
  )
}

/** While it is on, what is saved waits. */
function Pause({ isOn }: { isOn: boolean }) {
  const [refusal, setRefusal] = useState('')
  const turn = async () => setRefusal((await act({ pause: !isOn })) ?? '')
  return (
    <>
      <button type="button" class="small toggle" aria-pressed={isOn} onClick={turn}>
        {isOn ? 'Paused: what is saved waits' : 'Pause'}
      </button>
      <span role="alert">{refusal}</span>
    </>
  )
}

function Count({ count }: { count: number }) {
  return count > 0 ? <span class="count">{count}</span> : null
}

function Notice() {
  if (connection.value === 'lost')
    return (
      <p class="notice" role="alert">
        The loop does not answer. It has ended, or is starting anew; this page tries again.
      </p>
    )
  if (connection.value === 'refused')
    return (
      <p class="notice" role="alert">
        This page's key is of another session. Open the link that <code>npm run loop -- status</code> prints.
      </p>
    )
  return run.value === undefined ? null : (
    <p class="notice calm">
      This is the run of {whenOf(run.value)}.{' '}
      <button type="button" class="small" onClick={() => ask({ run: undefined })}>
        Back to this run
      </button>
    </p>
  )
}
