import { defineConfig } from 'vite'

export default defineConfig({
  root: 'src',
  // The one folder that the dev server writes to.
  cacheDir: '../.vite',
  build: { outDir: '../dist', emptyOutDir: true },
  server: { proxy: { '/api': process.env.API_URL ?? '' } },
})
