package main

import (
	"io/fs"
	"os"
	"path/filepath"
)

// seedCache lets builds begin with what an image has built before, in RELOAD_CACHE: that folder cannot be written to, so
// its files are linked into GOCACHE.
func seedCache() error {
	from, to := os.Getenv("RELOAD_CACHE"), os.Getenv("GOCACHE")
	if from == "" || to == "" {
		return nil
	}
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if err := os.Symlink(path, target); !os.IsExist(err) {
			return err
		}
		return nil
	})
}
