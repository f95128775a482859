import { IconListCheck, IconSettings } from '@tabler/icons-react'
import { Brand } from '@/design/brand'
import { ThemeSwitch } from '@/design/theme-switch'
import style from './header.module.css'
import { SignOutButton } from './sign-out-button'

export type Place = 'tasks' | 'settings'

const places = [
  { place: 'tasks', href: '/', label: 'Tasks', Icon: IconListCheck },
  { place: 'settings', href: '/settings', label: 'Settings', Icon: IconSettings },
] as const

/** The bar over every page of a signed-in user. */
export function Header({ userName, here }: { userName: string; here: Place }) {
  return (
    <>
      <a className={style.skip} href="#main">
        Skip to content
      </a>
      <header className={style.header}>
        {/* Plain links: next/link would add 3 kB to every first load. */}
        <a href="/" className={style.brand} aria-label="Todo, home">
          <Brand />
          <span className="unseen-on-phone">Todo</span>
        </a>
        <nav aria-label="Pages" className={style.nav}>
          {places.map(({ place, href, label, Icon }) => (
            <a
              key={place}
              href={href}
              className={style.link}
              aria-current={place === here ? 'page' : undefined}
            >
              <Icon size={18} aria-hidden />
              {label}
            </a>
          ))}
        </nav>
        <span className={style.who} title={userName}>
          {userName}
        </span>
        <ThemeSwitch />
        <SignOutButton />
      </header>
    </>
  )
}
