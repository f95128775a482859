import type { Page } from 'playwright-core'

/** The assistant's answers, on their way to the page. */
export interface HeldAnswers {
  /** Lets events through up to the first of this name, and that one. */
  until: (event: 'start' | 'tool_call' | 'tool_result' | 'text' | 'done') => Promise<void>
  rest: () => void
  /** As a connection that is lost. */
  breakOff: () => void
}

type Verdict = 'pass' | 'break'

/** Has each event wait in the browser, however fast the model is. To be called before the page is opened. */
export async function holdAnswers(page: Page): Promise<HeldAnswers> {
  let judge = (_event: string): Verdict | undefined => undefined
  let waiting: { event: string; decide: (verdict: Verdict) => void } | undefined
  const look = () => {
    const verdict = waiting && judge(waiting.event)
    if (!waiting || !verdict) return
    const { decide } = waiting
    waiting = undefined
    decide(verdict)
  }
  await page.exposeFunction('judgeEvent', (event: string) => {
    return new Promise<Verdict>((decide) => {
      waiting = { event, decide }
      look()
    })
  })
  await page.addInitScript(HOLD)
  return {
    until: (last) =>
      new Promise((resolve) => {
        judge = (event) => {
          if (event !== last) return 'pass'
          judge = () => undefined
          resolve()
          return 'pass'
        }
        look()
      }),
    rest() {
      judge = () => 'pass'
      look()
    },
    breakOff() {
      judge = () => 'break'
      look()
    },
  }
}

/** Stands between the page and `fetch`. */
const HOLD = `{
  const real = window.fetch
  window.fetch = async (...words) => {
    const answer = await real(...words)
    if (!String(words[0]).endsWith('/chat/stream') || !answer.ok) return answer
    let rest = ''
    const stopped = new Promise((_, reject) =>
      words[1].signal.addEventListener('abort', (event) => reject(event.target.reason)),
    )
    const events = new TransformStream({
      async transform(text, out) {
        const found = (rest + text).split('\\n\\n')
        rest = found.pop()
        for (const event of found) {
          const name = /^event: (.+)$/m.exec(event)?.[1] ?? ''
          const verdict = await Promise.race([window.judgeEvent(name), stopped])
          if (verdict === 'break') return out.error(new TypeError('network error'))
          out.enqueue(event + '\\n\\n')
        }
      },
    })
    const body = answer.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(events)
      .pipeThrough(new TextEncoderStream())
    return new Response(body, answer)
  }
}`
