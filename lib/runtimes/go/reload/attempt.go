package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// Attempt is to build and start the program as it is on the disk.
type Attempt struct {
	files   []string
	began   time.Time
	giveUp  context.CancelFunc
	outcome chan Outcome
	over    chan struct{}
}

// Outcome has one of the first two. In loaded are the hashes of the files that were saved.
type Outcome struct {
	running *Running
	failure *Failure
	loaded  map[string]string
}

// attempt begins one because of files that were saved; none at the first.
func (p Program) attempt(ending context.Context, scratch string, files []string) Attempt {
	ctx, giveUp := context.WithCancel(ending)
	attempt := Attempt{files: files, began: time.Now(), giveUp: giveUp, outcome: make(chan Outcome, 1), over: make(chan struct{})}
	go func() {
		defer close(attempt.over)
		binary := filepath.Join(scratch, fmt.Sprint(p.Service, "-", attempt.began.UnixNano()))
		// A running program keeps its file.
		defer os.Remove(binary)
		// What is saved after this look has an attempt of its own.
		loaded := hashes(files)
		failure := p.build(ctx, binary)
		if failure != nil {
			attempt.outcome <- Outcome{failure: failure}
			return
		}
		running, failure := start(ctx, binary)
		attempt.outcome <- Outcome{running, failure, loaded}
	}()
	return attempt
}

// Abandon gives it up, if its outcome was not taken: what it has started ends. Returns what is closed when it has.
func (a Attempt) Abandon() <-chan struct{} {
	a.giveUp()
	abandoned := make(chan struct{})
	go func() {
		defer close(abandoned)
		<-a.over
		select {
		case outcome := <-a.outcome:
			<-outcome.running.End()
		default:
		}
	}()
	return abandoned
}

// hashes returns the SHA-256 of each file, or nothing where there is none.
func hashes(files []string) map[string]string {
	sums := map[string]string{}
	for _, file := range files {
		sums[file] = ""
		if content, err := os.ReadFile(file); err == nil {
			sums[file] = fmt.Sprintf("%x", sha256.Sum256(content))
		}
	}
	return sums
}

// build makes an executable file.
func (p Program) build(ctx context.Context, binary string) *Failure {
	var printed bytes.Buffer
	// Without what only debuggers read, the linker is done in half the time.
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags=-w", "-o", binary, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stdout, command.Stderr = &printed, &printed
	err := command.Run()
	if err == nil {
		return nil
	}
	if _, ended := errors.AsType[*exec.ExitError](err); !ended {
		return &Failure{"Cannot be built: " + err.Error(), ""}
	}
	return &Failure{"Does not compile: " + firstFault(printed.Bytes()), printed.String()}
}

var (
	fault   = regexp.MustCompile(`(?m)^(?:\./)?([^\s:]+:\d+(?::\d+)?: .+)$`)
	comment = regexp.MustCompile(`(?m)^#.*\n`)
)

// firstFault returns `file:line:column: reason`, or where it is not about a file, the first line.
func firstFault(printed []byte) string {
	if match := fault.FindSubmatch(printed); match != nil {
		return string(match[1])
	}
	first, _, _ := bytes.Cut(bytes.TrimSpace(comment.ReplaceAll(printed, nil)), []byte("\n"))
	return string(first)
}
