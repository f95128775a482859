import type { Browser } from 'playwright-core'
import type { Test } from 'uvu'
import { openBrowser } from '../../lib/browser/browser.ts'
import { play, type Story } from './stage.ts'
import {
  accessibleDialogs,
  accessibleDoors,
  accessibleHome,
  accessibleNothing,
  accessibleSettings,
} from './stories/accessibility.ts'
import { changeNameAndPassword, deleteAccount } from './stories/account.ts'
import {
  chatBreaksOff,
  chatChangesList,
  chatConversations,
  chatDeletedStaysAway,
  chatExamples,
  chatOpensAtEnd,
  chatOpensInOrder,
  chatResumes,
  chatRetries,
  chatShowsEarlier,
  chatStops,
  chatStreams,
  chatTooLong,
  chatTooOften,
  chatWhileTicking,
} from './stories/chat.ts'
import { filterTasks, findTasks, scroll } from './stories/finding.ts'
import { firstLoad, narrow, oneViewAtATime, onPaper, onPhone, theme } from './stories/first-load.ts'
import { keyboardOnly, shortcutHelp, skipLink } from './stories/keyboard.ts'
import { askBeforeLosing, leaveAtOnce } from './stories/leaving.ts'
import { partsLoadedLater } from './stories/parts.ts'
import { closeBySlip, editTask, fullPlan, planTask, recur, retypeYear } from './stories/plans.ts'
import { refusedAdd, refusedEdit, refusedWhileTyping, serverAway } from './stories/refusals.ts'
import {
  leaveNothingBehind,
  leaveNothingUnderWay,
  openAllWithoutNetwork,
  openWithoutNetwork,
  refuseReminders,
  showPushes,
  turnRemindersOnAndOff,
  unknownPushService,
} from './stories/reminders.ts'
import { sessionGone, signIn, signUpErrors, wrongClock } from './stories/sessions.ts'
import { emptyPage, noSuchPage, offline, slowThenFailing } from './stories/states.ts'
import { strangeMessages, strangeTitles, unseenWords } from './stories/strange-titles.ts'
import { editDeleted, insistOnMine, lateConflict, seeOtherTab, takeTheirs } from './stories/two-tabs.ts'
import { focusAfterDelete, undoChanges, undoDelete, undoMany } from './stories/undo.ts'

/** What people do with the application, each with a name that says what they expect. */
const STORIES: Readonly<Record<string, Story>> = {
  'the first picture is the whole page, without a request of the browser': firstLoad,
  'the first visit says what to do': emptyPage,
  'a task with priority, due date, recurrence and tags': planTask,
  'a plan that is folded away, and as full as can be': fullPlan,
  'a task changed in every part': editTask,
  'another year typed into the date of a recurring task': retypeYear,
  'a dialog closed by a slip keeps what was typed': closeBySlip,
  'a recurring task that is completed comes again': recur,
  'search, filters and order, kept over a reload': findTasks,
  'filters by state and by tag': filterTasks,
  'more tasks than one page, by scrolling': scroll,
  'a deletion undone by the toast and by Ctrl+Z': undoDelete,
  'the focus after a deletion, and after its undo': focusAfterDelete,
  'many deletions undone': undoMany,
  'other changes undone, the latest first': undoChanges,
  'everything by keyboard': keyboardOnly,
  'past the header with the first key': skipLink,
  'the list of shortcuts, and single keys switched off': shortcutHelp,
  'a refused task is taken back and what was typed is there': refusedAdd,
  'a refused task while the next one is being typed': refusedWhileTyping,
  'a refused edit can be gone on with': refusedEdit,
  'nothing is lost while the server is away': serverAway,
  'what another tab has done': seeOtherTab,
  'one task in two tabs, insisting on mine': insistOnMine,
  'one task in two tabs, taking theirs': takeTheirs,
  'one task in two tabs, told of it while another is edited': lateConflict,
  'a task edited that another tab has deleted': editDeleted,
  'titles that are HTML, emoji, right-to-left or endless': strangeTitles,
  'the same in the chat': strangeMessages,
  'titles and messages of which nothing is seen': unseenWords,
  'a list that is slow, then refused, then there': slowThenFailing,
  'work without a network is sent once it is back': offline,
  'a change whose page is left at once': leaveAtOnce,
  'a question before changes are left behind': askBeforeLosing,
  'parts of the page that are loaded when they are used': partsLoadedLater,
  'an address without a page': noSuchPage,
  'a chat answer streams, and the list follows': chatStreams,
  'the chat changes tasks that are there': chatChangesList,
  'what the chat changes while a task is ticked off': chatWhileTicking,
  'the examples of the assistant': chatExamples,
  'a conversation goes on after a reload': chatResumes,
  'conversations begun, opened and deleted': chatConversations,
  'a conversation deleted while the list of them is under way': chatDeletedStaysAway,
  'conversations that are slow to open': chatOpensInOrder,
  'a long conversation on a phone': chatOpensAtEnd,
  'earlier messages of a long conversation': chatShowsEarlier,
  'messages that come too often': chatTooOften,
  'an answer stopped, and asked for again': chatStops,
  'a message that is too long': chatTooLong,
  'an unanswered message sent again': chatRetries,
  'an answer that breaks off does nothing twice': chatBreaksOff,
  'light, dark and the system’s theme, without a flash': theme,
  'tasks and assistant on a phone': onPhone,
  'one view at a time, each where it was left': oneViewAtATime,
  'nothing cut off in a window of 320 pixels': narrow,
  'the tasks on paper': onPaper,
  'signing in, wrongly and rightly, and out': signIn,
  'signing up with mistakes': signUpErrors,
  'a session that ends in the middle of work': sessionGone,
  'a clock that is days off': wrongClock,
  'another name, another password': changeNameAndPassword,
  'an account deleted with all that is its own': deleteAccount,
  'reminders turned on, and off': turnRemindersOnAndOff,
  'reminders that come by push': showPushes,
  'the page and its reminders without a network': openWithoutNetwork,
  'all tasks without a network, after some were looked at': openAllWithoutNetwork,
  'reminders through a push service that the server does not know': unknownPushService,
  'reminders not wanted': refuseReminders,
  'nothing left behind after signing out': leaveNothingBehind,
  'nothing of what was being loaded while signing out': leaveNothingUnderWay,
  'accessible: the pages before the door': accessibleDoors,
  'accessible: home, on a desk and in the hand': accessibleHome,
  'accessible: dialogs, toasts and panels': accessibleDialogs,
  'accessible: empty pages': accessibleNothing,
  'accessible: settings': accessibleSettings,
}

/** Of each feature the story that goes through most of it: what `npm test` has time for. */
const ONE_A_FEATURE: ReadonlySet<string> = new Set([
  'the first picture is the whole page, without a request of the browser',
  'a task with priority, due date, recurrence and tags',
  'a task changed in every part',
  'a recurring task that is completed comes again',
  'search, filters and order, kept over a reload',
  'a deletion undone by the toast and by Ctrl+Z',
  'everything by keyboard',
  'a refused task is taken back and what was typed is there',
  'what another tab has done',
  'work without a network is sent once it is back',
  'parts of the page that are loaded when they are used',
  'a chat answer streams, and the list follows',
  'an answer stopped, and asked for again',
  'tasks and assistant on a phone',
  'signing in, wrongly and rightly, and out',
  'another name, another password',
  'reminders turned on, and off',
  'accessible: home, on a desk and in the hand',
])

/** How many are played at once: mostly, a story waits. */
const STAGES = 4

/**
 * One test a story, against the stack that answers at `origin`. Each has a stage of its own, and so a user of its own.
 *
 * @param which `one a feature`, or `the rest` of them
 */
export function testStories(
  test: Test,
  origin: string,
  which: 'all' | 'one a feature' | 'the rest' = 'all',
): void {
  const chosen = Object.entries(STORIES).filter(
    ([name]) => which === 'all' || ONE_A_FEATURE.has(name) === (which === 'one a feature'),
  )
  const played = new Map<string, Promise<void>>()
  let browser: Browser | undefined
  test.before(async () => {
    const opened = await openBrowser()
    browser = opened
    const next = chosen.values()
    const stages = Array.from({ length: STAGES }, async () => {
      for (const [name, story] of next) await begun(name, play(opened, origin, name, story))
    })
    await Promise.all(stages)
  })
  const begun = (name: string, playing: Promise<void>) => {
    played.set(name, playing)
    // What went wrong is told by the test of this name.
    return playing.catch(() => undefined)
  }
  test.after(() => browser?.close())
  for (const [name] of chosen) test(name, () => played.get(name))
}
