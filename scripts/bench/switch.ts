import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'zx/core'
import { programs } from '../../k8s/services.ts'
import { CHECKOUT } from '../../lib/shell/state-folder.ts'
import { loadSettings } from '../../lib/stack/settings-file.ts'
import { withMark } from './loop.ts'
import { filesToSwitch, withComment } from './moves.ts'
import type { Rig } from './rig.ts'
import { untilServed } from './served.ts'
import type { RunningSubject } from './subject.ts'
import { signUp } from './user.ts'

export const SWITCHED = 200
/** Seconds. */
const PATIENCE = 60
/** Of git's, so that no setting of the developer's counts. */
const GIT = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false']

/**
 * `git switch` between two branches of a copy that differ in 200 sources, the marked line of each service among them.
 *
 * @returns milliseconds until each service shows its line of the branch; the copy is as before
 * @throws Error when one does not
 */
export async function measureSwitch(
  rig: Rig,
  { folder, addressOf, origin }: RunningSubject,
  rounds: number,
): Promise<{ there: number[]; back: number[] }> {
  const { edits, page } = rig.measures
  const user = await signUp(rig, addressOf(page), origin)
  const questions = Object.entries(edits).map(([service, line]) =>
    line.question(addressOf(service), user?.token ?? ''),
  )
  const lines = Object.values(edits)
  const places = lines.map(({ file }) => file)
  const others = (await sources(rig)).filter((file) => !places.includes(file))
  const files = [...new Set(places), ...filesToSwitch(others, SWITCHED - new Set(places).size)]
  const originals = files.map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const)
  const git = (...words: string[]) =>
    $({ quiet: true, cwd: folder, signal: rig.interrupted })`git ${GIT} ${words}`
  const commit = async (branch: string) => {
    for (const [file, text] of originals) {
      const edited = lines
        .filter((line) => line.file === file)
        .reduce((all, line) => all.replace(line.text, () => withMark(line.text, `(${branch})`)), text)
      writeFileSync(join(folder, file), withComment(file, edited, branch))
    }
    await git('add', '--force', '--', ...files)
    await git('commit', '--quiet', '--no-verify', '--message', branch)
  }
  const shown = async (branch: string, since: number) =>
    Math.max(
      ...(await Promise.all(
        questions.map((question) => untilServed(question, `(${branch})`, since, PATIENCE, rig.interrupted)),
      )),
    )
  const forget = () => rmSync(join(folder, '.git'), { recursive: true, force: true })
  const change = async (branch: string) => {
    const since = performance.now()
    await git('switch', '--quiet', branch)
    return shown(branch, since)
  }
  forget()
  const [there, back]: [number[], number[]] = [[], []]
  try {
    await git('init', '--quiet', '--initial-branch=back')
    await commit('back')
    await git('switch', '--quiet', '--create', 'there')
    await commit('there')
    await shown('there', performance.now())
    // The first does not count.
    await change('back')
    for (let round = 0; round < rounds; round++) {
      there.push(await change('there'))
      back.push(await change('back'))
    }
  } finally {
    for (const [file, text] of originals) writeFileSync(join(folder, file), text)
    forget()
  }
  return { there, back }
}

/** The sources of all programs, below the checkout. */
async function sources(rig: Rig): Promise<string[]> {
  const { stdout } = await $({ quiet: true, cwd: CHECKOUT })`git ls-files -z`
  const folders = programs(loadSettings(rig).settings).flatMap(({ directory, sources }) =>
    sources.map((source) => `${source === '.' ? directory : `${directory}/${source}`}/`),
  )
  return stdout.split('\0').filter((file) => folders.some((folder) => file.startsWith(folder)))
}
