import type { Bench } from '../../k8s/model/bench.ts'

/** What `npm run bench -- --only loop` edits of the shop. */
export const bench: Bench = {
  page: 'web',
  edits: {
    api: {
      file: 'examples/shop/api/shelf.go',
      text: 'Reading lamp',
      marked: (mark) => `Reading lamp ${mark}`,
      question: (address) => ({ url: `${address}/api/products` }),
    },
    web: {
      file: 'examples/shop/web/src/index.html',
      text: '<h1>The shop</h1>',
      marked: (mark) => `<h1>The shop ${mark}</h1>`,
      question: (address) => ({ url: `${address}/` }),
    },
  },
}
