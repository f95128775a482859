package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// grace is how long requests in flight have, once a newer program is there.
const grace = time.Second

// Running is a program that answers at its address.
type Running struct {
	Address string
	command *exec.Cmd
	failed  chan Failure
	ended   chan struct{}
}

// start returns once the program takes connections, or has ended.
func start(ctx context.Context, binary string) (*Running, *Failure) {
	address, err := freeAddress()
	if err != nil {
		return nil, &Failure{"Cannot be started: " + err.Error(), ""}
	}
	host, port, _ := net.SplitHostPort(address)
	var words tail
	command := exec.Command(binary)
	command.Env = append(os.Environ(), "HOST="+host, "PORT="+port)
	command.Stdout, command.Stderr = os.Stdout, io.MultiWriter(os.Stderr, &words)
	command.WaitDelay = grace
	if err := command.Start(); err != nil {
		return nil, &Failure{"Cannot be started: " + err.Error(), ""}
	}
	running := &Running{address, command, make(chan Failure, 1), make(chan struct{})}
	go func() {
		_ = command.Wait()
		running.failed <- Failure{howItEnded(command.ProcessState, string(words)), string(words)}
		close(running.ended)
	}()
	for {
		select {
		case <-ctx.Done():
			running.End()
			return nil, &Failure{Sentence: "A newer save is on its way."}
		case failure := <-running.failed:
			return nil, &failure
		case <-time.After(2 * time.Millisecond):
			if connection, err := net.Dial("tcp", address); err == nil {
				connection.Close()
				return running, nil
			}
		}
	}
}

// Failed tells when it ends without being asked to.
func (r *Running) Failed() <-chan Failure {
	if r == nil {
		return nil
	}
	return r.failed
}

// End asks it to end, and makes it when it takes too long. Returns what is closed when it has.
func (r *Running) End() <-chan struct{} {
	if r == nil {
		ended := make(chan struct{})
		close(ended)
		return ended
	}
	_ = r.command.Process.Signal(syscall.SIGTERM)
	go func() {
		select {
		case <-r.ended:
		case <-time.After(grace):
			_ = r.command.Process.Kill()
		}
	}()
	return r.ended
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// tail keeps the last that was written.
type tail []byte

func (t *tail) Write(text []byte) (int, error) {
	*t = append(*t, text...)
	if extra := len(*t) - 8192; extra > 0 {
		*t = (*t)[extra:]
	}
	return len(text), nil
}

var (
	panicked = regexp.MustCompile(`(?m)^(?:panic|fatal error): .+$`)
	place    = regexp.MustCompile(`(?m)^\t(/\S+\.go:\d+)`)
)

// howItEnded says it with the line of ours that a panic came from.
func howItEnded(state *os.ProcessState, words string) string {
	message := panicked.FindString(words)
	if message == "" {
		return fmt.Sprintf("Ended with %s: its log has the cause. The next save starts it again.", state)
	}
	folder, _ := os.Getwd()
	for _, match := range place.FindAllStringSubmatch(words, -1) {
		if file, ours := strings.CutPrefix(match[1], folder+"/"); ours {
			return fmt.Sprintf("%s (%s)", message, file)
		}
	}
	return message
}
