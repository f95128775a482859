package main

import (
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
)

// Front answers at the program's public address: it holds requests while a newer program is on its way.
type Front struct {
	mutex   sync.Mutex
	decided chan struct{}
	handler http.Handler
}

func newFront() *Front { return &Front{decided: make(chan struct{})} }

// Hold lets requests wait for the next Lead or Refuse.
func (f *Front) Hold() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.handler != nil {
		f.handler, f.decided = nil, make(chan struct{})
	}
}

// Lead sends requests to a program.
func (f *Front) Lead(address string) {
	target := &url.URL{Scheme: "http", Host: address}
	f.decide(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				r.Out.Header[name] = r.In.Header[name]
			}
		},
		// A transport of its own: its connections go with the program.
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100},
		FlushInterval: -1,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			refuse(w, "Ended while it answered: "+err.Error())
		},
	})
}

// Refuse answers requests with a sentence.
func (f *Front) Refuse(sentence string) {
	f.decide(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(w, sentence) }))
}

func (f *Front) decide(handler http.Handler) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.handler == nil {
		close(f.decided)
	}
	f.handler = handler
}

func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for {
		f.mutex.Lock()
		handler, decided := f.handler, f.decided
		f.mutex.Unlock()
		if handler != nil {
			handler.ServeHTTP(w, r)
			return
		}
		select {
		case <-decided:
		case <-r.Context().Done():
			return
		}
	}
}

// refuse tells probes and users alike, in the words they look for.
func refuse(w http.ResponseWriter, sentence string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "not ready", "cause": sentence, "detail": sentence})
}
