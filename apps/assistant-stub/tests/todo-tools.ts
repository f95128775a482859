import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions'

const PARAMETERS = {
  add_task: ['title', 'description'],
  list_tasks: ['status'],
  complete_task: ['task_id'],
  delete_task: ['task_id'],
  update_task: ['task_id', 'title', 'description'],
}

/** The five tools of the contract as the backend offers them: without user_id. */
export const TODO_TOOLS: ChatCompletionFunctionTool[] = Object.entries(PARAMETERS).map(
  ([name, parameters]) => ({
    type: 'function',
    function: {
      name,
      parameters: {
        type: 'object',
        properties: Object.fromEntries(parameters.map((parameter) => [parameter, {}])),
      },
    },
  }),
)
