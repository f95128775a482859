// Made by `npm run contract` from docs/contracts/openapi.yaml; not written by hand.

export interface Contract {
  ChatRequest?: ChatRequest
  ChatResponse?: ChatResponse
  ConversationView?: ConversationView
  MessageView?: MessageView
  NewSubscription?: NewSubscription
  NewTask?: NewTask
  PushView?: PushView
  StreamRequest?: StreamRequest
  SubscriptionKeys?: SubscriptionKeys
  TagView?: TagView
  TaskChanges?: TaskChanges
  TaskView?: TaskView
  ToolCallView?: ToolCallView
  Problem?: Problem
}
/**
 * A message, in a conversation or to start one.
 */
export interface ChatRequest {
  conversation_id?: number | null
  /**
   * What the user says
   */
  message: string
  /**
   * The IANA time zone in which its days are counted when it recurs
   */
  time_zone?: string
}
/**
 * The assistant's answer.
 */
export interface ChatResponse {
  conversation_id: number
  message_id: number
  response: string
  tool_calls: ToolCallView[]
}
/**
 * A tool that the assistant called.
 */
export interface ToolCallView {
  tool: string
  input: {
    [k: string]: unknown
  }
  output: unknown
}
/**
 * A conversation in the list of them.
 */
export interface ConversationView {
  id: number
  user_id: string
  /**
   * Its first message, cut to 80 characters
   */
  title: string
  created_at: string
  updated_at: string
}
/**
 * What the user or the assistant said.
 */
export interface MessageView {
  id: number
  user_id: string
  conversation_id: number
  role: 'user' | 'assistant'
  content: string
  tool_calls: ToolCallView[]
  /**
   * Whether it is an answer that was stopped or failed half-way
   */
  interrupted: boolean
  created_at: string
}
/**
 * A subscription as `PushSubscription.toJSON()` of a browser gives it.
 */
export interface NewSubscription {
  endpoint: string
  keys: SubscriptionKeys
}
/**
 * What only the browser that subscribed can decrypt with.
 */
export interface SubscriptionKeys {
  p256dh: string
  auth: string
}
/**
 * A task to add.
 */
export interface NewTask {
  /**
   * What is to be done
   */
  title: string
  description?: string | null
  priority?: 'none' | 'low' | 'medium' | 'high'
  /**
   * Words to find it by; of two that differ only in case, the first is kept
   *
   * @maxItems 10
   */
  tags?: string[]
  due_at?: string | null
  recurrence?: ('daily' | 'weekly' | 'monthly' | 'yearly') | null
  /**
   * The IANA time zone in which its days are counted when it recurs
   */
  time_zone?: string
}
/**
 * Whether there are reminders here, and the key that a browser subscribes with.
 */
export interface PushView {
  enabled: boolean
  public_key: string | null
}
/**
 * A message, in a conversation or to start one; or the wish to have the last one answered again.
 */
export interface StreamRequest {
  conversation_id?: number | null
  message?: string | null
  retry?: boolean
  /**
   * The IANA time zone in which its days are counted when it recurs
   */
  time_zone?: string
}
/**
 * A tag, and how many tasks have it.
 */
export interface TagView {
  tag: string
  count: number
}
/**
 * What to change about a task: what is not given stays; null clears a description, date or recurrence.
 */
export interface TaskChanges {
  /**
   * What is to be done
   */
  title?: string
  description?: string | null
  priority?: 'none' | 'low' | 'medium' | 'high'
  /**
   * Words to find it by; of two that differ only in case, the first is kept
   *
   * @maxItems 10
   */
  tags?: string[]
  due_at?: string | null
  recurrence?: ('daily' | 'weekly' | 'monthly' | 'yearly') | null
  /**
   * The IANA time zone in which its days are counted when it recurs
   */
  time_zone?: string
}
/**
 * A task as the API shows it.
 */
export interface TaskView {
  id: number
  user_id: string
  title: string
  description: string | null
  completed: boolean
  priority: 'none' | 'low' | 'medium' | 'high'
  tags: string[]
  due_at: string | null
  recurrence: ('daily' | 'weekly' | 'monthly' | 'yearly') | null
  time_zone: string
  /**
   * Grows with every change; also the ETag
   */
  version: number
  created_at: string
  updated_at: string
}
/**
 * What went wrong, as RFC 9457 has it.
 */
export interface Problem {
  type: 'about:blank'
  /**
   * The status in words
   */
  title: string
  status: number
  /**
   * One sentence for people
   */
  detail: string
  /**
   * Stands in the log lines of every service
   */
  request_id: string
  /**
   * With 422: each thing that is wrong
   */
  errors?: {
    /**
     * Where: body, query, path or header, then the way from there
     */
    loc: (string | number)[]
    msg: string
    type: string
  }[]
  /**
   * When a chat failed: the conversation that keeps the message
   */
  conversation_id?: number
  /**
   * In an error event of a chat: seconds to wait, as Retry-After has them elsewhere
   */
  retry_after?: number
}
