package main

import (
	"os"
	"os/signal"
	"syscall"
)

// pausing passes saves on; those from SIGUSR1 to SIGUSR2 wait until then.
func (p Program) pausing(saves <-chan string) <-chan string {
	passed := make(chan string)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		paused := false
		var held []string
		for {
			var next string
			// To none, nothing is passed.
			var to chan<- string
			if !paused && len(held) > 0 {
				next, to = held[0], passed
			}
			select {
			case heard := <-signals:
				if paused = heard == syscall.SIGUSR1; paused {
					p.say("info", "Paused", nil)
				}
			case saved := <-saves:
				held = append(held, saved)
			case to <- next:
				held = held[1:]
			}
		}
	}()
	return passed
}
