import { PROFILES, type Profile, parseSettings, type Settings } from '../../k8s/settings.ts'
import { MAIN } from './main-stack.ts'

const DATABASES = [{}, { DATABASE_URL: 'postgresql://todo@db.example/todo' }]
const MODELS = [
  {},
  { OPENAI_BASE_URL: 'https://models.example/v1', OPENAI_MODEL: 'small', OPENAI_API_KEY: 'from-a-test' },
]
const REMINDERS = [{}, { REMINDERS: 'off' }]

/** The settings without any file. */
export const DEFAULTS = settingsOf({})

/** Every combination of what changes the model's shape. */
export const COMBINATIONS: readonly { title: string; settings: Settings; profile: Profile }[] =
  DATABASES.flatMap((database) =>
    MODELS.flatMap((model) =>
      REMINDERS.flatMap((reminders) =>
        PROFILES.map((profile) => {
          const settings = settingsOf({ ...database, ...model, ...reminders })
          const own = settings.own.REMINDERS === 'on' ? '' : ', no reminders'
          const title = `${profile}, replaced: ${settings.replaced.join(' and ') || 'nothing'}${own}`
          return { title, settings, profile }
        }),
      ),
    ),
  )

/** @throws Error when the variables of the file are refused */
export function settingsOf(file: Record<string, string>): Settings {
  const { settings, problems } = parseSettings(MAIN, file, {})
  if (!settings) throw new Error(JSON.stringify(problems))
  return settings
}
