package main

import (
	"io/fs"
	"log"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quiet is how long nothing else is saved once a save is complete.
	quiet = 10 * time.Millisecond
	// patience is how long that quiet is waited for.
	patience = 200 * time.Millisecond
)

// watch tells which sources below a folder are saved, those in new folders among them.
func watch(folder string) (<-chan string, error) {
	watcher, err := fsnotify.NewBufferedWatcher(1024)
	if err != nil {
		return nil, err
	}
	if err := follow(watcher, folder); err != nil {
		return nil, err
	}
	saves := make(chan string)
	go func() {
		for {
			select {
			case event := <-watcher.Events:
				if event.Has(fsnotify.Chmod) || !isSource(event.Name) {
					continue
				}
				if event.Has(fsnotify.Create) {
					// It may be gone again, or be a file.
					_ = follow(watcher, event.Name)
				}
				saves <- filepath.Clean(event.Name)
			case err := <-watcher.Errors:
				// Where events were lost, anything may have changed.
				log.Print(err)
				saves <- "."
			}
		}
	}()
	return saves, nil
}

// follow watches a folder and those in it.
func follow(watcher *fsnotify.Watcher, folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if path != folder && !isSource(path) {
			return filepath.SkipDir
		}
		return watcher.Add(path)
	})
}

// isSource leaves out tests, what editors write beside a file, and what other tools do.
func isSource(path string) bool {
	name := filepath.Base(path)
	return name == "." || !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, "~") &&
		!strings.HasSuffix(name, "_test.go") && name != "node_modules"
}

// complete returns the files that are saved together, the first of which is known.
func complete(saved string, saves <-chan string) []string {
	files := []string{saved}
	known := map[string]bool{saved: true}
	for late := time.After(patience); ; {
		select {
		case next := <-saves:
			if !known[next] {
				known[next] = true
				files = append(files, next)
			}
		case <-time.After(quiet):
			return files
		case <-late:
			return files
		}
	}
}
