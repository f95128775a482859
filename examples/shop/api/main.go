// The shop's API: what is on the shelf, and orders, which take from it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	slog.SetDefault(logger())
	if err := serve(); err != nil {
		slog.Error("The shop cannot be open: " + err.Error())
		os.Exit(1)
	}
}

// serve answers until SIGTERM, and lets what was asked before come to its end.
func serve() error {
	url, err := os.ReadFile(filepath.Join(os.Getenv("SECRETS_DIR"), "CACHE_URL"))
	if err != nil {
		return err
	}
	ending, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	server := &http.Server{
		Addr:              net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")),
		Handler:           routes(newShelf(strings.TrimSpace(string(url)))),
		ReadHeaderTimeout: 5 * time.Second,
	}
	ended := make(chan error)
	go func() {
		<-ending.Done()
		grace, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		ended <- server.Shutdown(grace)
	}()
	slog.Info("The shop is open")
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

func routes(shelf Shelf) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", answer(func(ctx context.Context, _ *http.Request) (int, any, error) {
		return http.StatusOK, "ready", shelf.Look(ctx)
	}))
	mux.HandleFunc("GET /api/products", answer(func(ctx context.Context, _ *http.Request) (int, any, error) {
		products, err := shelf.Products(ctx)
		return http.StatusOK, products, err
	}))
	mux.HandleFunc("POST /api/orders", answer(func(ctx context.Context, r *http.Request) (int, any, error) {
		var wanted struct{ Product string }
		if json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1024)).Decode(&wanted) != nil {
			return http.StatusBadRequest, problem("An order names a product."), nil
		}
		order, err := shelf.Take(ctx, wanted.Product)
		return http.StatusCreated, map[string]string{"id": order, "product": wanted.Product}, err
	}))
	mux.HandleFunc("DELETE /api/orders/{id}", answer(func(ctx context.Context, r *http.Request) (int, any, error) {
		return http.StatusNoContent, nil, shelf.PutBack(ctx, r.PathValue("id"))
	}))
	return mux
}

// answer writes what ask returns as JSON, or why it failed, and a line about it into the log.
func answer(ask func(context.Context, *http.Request) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		status, body, err := ask(ctx, r)
		var refused refusal
		switch {
		case errors.As(err, &refused):
			status, body = refused.status, problem(refused.sentence)
		case err != nil:
			slog.Error("The cache failed: " + err.Error())
			status, body = http.StatusServiceUnavailable, problem("The shelf cannot be seen: the cache does not answer.")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if body != nil {
			_ = json.NewEncoder(w).Encode(body) // Who asked may be gone.
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			ms := float64(time.Since(started).Microseconds()) / 1000
			slog.Info("answered", "method", r.Method, "path", r.URL.Path, "status", status, "duration_ms", ms)
		}
	}
}

func problem(sentence string) map[string]string { return map[string]string{"error": sentence} }

// logger writes one JSON object a line, by the names that the loop reads.
func logger() *slog.Logger {
	rename := func(_ []string, attr slog.Attr) slog.Attr {
		switch attr.Key {
		case slog.MessageKey:
			attr.Key = "message"
		case slog.LevelKey:
			attr.Value = slog.StringValue(strings.ToLower(attr.Value.String()))
		}
		return attr
	}
	return slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: rename})).With("service", "api")
}
