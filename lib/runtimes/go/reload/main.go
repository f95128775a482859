// Serves the Go program of its working directory as it is on the disk: after a save it is built and takes the place of
// the one before, or is answered for with the reason why it cannot.
//
// HOST and PORT say where, as they do to the program, whose own are others; SERVICE is the name in the log.
package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	program := Program{Service: os.Getenv("SERVICE")}
	ending, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := serve(ending, program, net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT"))); err != nil {
		program.say("error", "Cannot serve: "+err.Error(), nil)
		os.Exit(1)
	}
}

// serve goes on until ending is done, and ends the program with it.
func serve(ending context.Context, program Program, address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if err := seedCache(); err != nil {
		return err
	}
	saves, err := watch(".")
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "reload-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	front := newFront()
	server := &http.Server{Handler: front}
	go func() { _ = server.Serve(listener) }()
	program.keepServed(ending, front, program.pausing(saves), scratch)
	return server.Close()
}
