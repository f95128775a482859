import './language.ts'
import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import './page.css'
import { follow, takeToken } from './ask.ts'
import { listenForKeys } from './keys.ts'
import { Page } from './page.tsx'

takeToken()
void follow()
listenForKeys()
const root = document.getElementById('page')
if (root) render(<Page />, root)
