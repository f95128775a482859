import { spawn } from 'node:child_process'

/** Where there is one, a desktop shows it: https://specifications.freedesktop.org/notification-spec/latest/ */
export function notify(title: string, text: string): void {
  const [program, ...words] =
    process.platform === 'darwin'
      ? // As arguments: no text can end the script's.
        [
          'osascript',
          '-e',
          'on run {title, words}',
          '-e',
          'display notification words with title title',
          '-e',
          'end run',
        ]
      : ['notify-send', '--app-name', title, '--']
  spawn(program ?? '', [...words, title, text], { stdio: 'ignore' })
    .on('error', () => undefined)
    .unref()
}
