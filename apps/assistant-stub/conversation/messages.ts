/** A call of a tool, as the model asks for it. */
export type ToolCall = { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }

/** The messages of a conversation, cut down to what the stand-in model reads. */
export type Message =
  | { readonly role: 'system' | 'developer' | 'user'; readonly text: string }
  | {
      readonly role: 'assistant'
      readonly text: string
      readonly calls: readonly (ToolCall & { id: string })[]
    }
  | { readonly role: 'tool'; readonly text: string; readonly callId: string }

/** A tool the caller offers; `parameters` are the names its schema lists, undefined when it lists none. */
export type Tool = { readonly name: string; readonly parameters?: readonly string[] }

/** What the model says next: words for the user, or a call of a tool. */
export type Answer = { readonly text: string } | { readonly call: ToolCall }
