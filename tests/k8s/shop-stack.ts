import stack from '../../examples/shop/stack.ts'
import { parseSettings, type Settings } from '../../k8s/settings.ts'

/** A stack that has nothing in common with the main one: what is generic holds for both. */
export const SHOP = stack

/** Its settings without any file. */
export const SHOP_DEFAULTS: Settings = defaults()

function defaults(): Settings {
  const { settings, problems } = parseSettings(SHOP, {}, {})
  if (!settings) throw new Error(JSON.stringify(problems))
  return settings
}
