package main

import (
	"context"
	"encoding/json"
	"os"
	"time"
)

// Program is what is served: the one of the working directory.
type Program struct{ Service string }

// Failure says in a sentence why there is nothing to serve, and what was printed about it.
type Failure struct{ Sentence, Output string }

// keepServed makes the program anew after each save, until ending is done.
func (p Program) keepServed(ending context.Context, front *Front, saves <-chan string, scratch string) {
	var running *Running
	attempt := p.attempt(ending, scratch, nil)
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
			attempt = p.attempt(ending, scratch, complete(saved, saves))
			undecided = true
		case outcome := <-attempt.outcome:
			undecided = false
			running.End()
			if running = outcome.running; running == nil {
				p.broken(front, *outcome.failure)
				continue
			}
			front.Lead(running.Address)
			p.tellNews(attempt)
		case failure := <-running.Failed():
			running = nil
			if !undecided {
				p.broken(front, failure)
			}
		}
	}
}

func (p Program) tellNews(attempt Attempt) {
	took := map[string]any{"ms": time.Since(attempt.began).Milliseconds()}
	if len(attempt.files) == 0 {
		p.say("info", "Started", took)
		return
	}
	took["files"] = attempt.files
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
