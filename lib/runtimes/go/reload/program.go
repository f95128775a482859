package main

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"time"
)

// Program is what is served: the one of the working directory.
type Program struct{ Service string }

// Failure says in a sentence why there is nothing to serve, and what was printed about it.
type Failure struct{ Sentence, Output string }

// keepServed makes the program anew after each save, until ending is done.
func (p Program) keepServed(ending context.Context, front *Front, saves <-chan string, scratch string) {
	var running *Running
	// Saved since the newest program that served.
	var unsettled []string
	attempt := p.attempt(ending, scratch, unsettled)
	undecided := true
	for {
		select {
		case <-ending.Done():
			<-attempt.Abandon()
			<-running.End()
			return
		case saved := <-saves:
			front.Hold()
			attempt.Abandon()
			unsettled = append(unsettled, complete(saved, saves)...)
			slices.Sort(unsettled)
			unsettled = slices.Compact(unsettled)
			attempt = p.attempt(ending, scratch, slices.Clone(unsettled))
			undecided = true
		case outcome := <-attempt.outcome:
			undecided = false
			running.End()
			if running = outcome.running; running == nil {
				p.broken(front, *outcome.failure)
				continue
			}
			front.Lead(running.Address)
			p.tellNews(attempt, outcome.loaded)
			unsettled = nil
		case failure := <-running.Failed():
			running = nil
			if !undecided {
				p.broken(front, failure)
			}
		}
	}
}

func (p Program) tellNews(attempt Attempt, loaded map[string]string) {
	took := map[string]any{"ms": time.Since(attempt.began).Milliseconds()}
	if len(attempt.files) == 0 {
		p.say("info", "Started", took)
		return
	}
	took["files"], took["loaded"] = attempt.files, loaded
	p.say("info", "Reloaded", took)
}

func (p Program) broken(front *Front, failure Failure) {
	front.Refuse(failure.Sentence)
	p.say("error", failure.Sentence, map[string]any{"event": "broken", "exception": failure.Output})
}

// say writes a line of the log: one JSON object.
func (p Program) say(level, message string, more map[string]any) {
	line := map[string]any{"time": time.Now().UTC().Format(time.RFC3339Nano), "level": level, "service": p.Service, "message": message}
	for name, value := range more {
		line[name] = value
	}
	_ = json.NewEncoder(os.Stdout).Encode(line)
}
