package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/gomodule/redigo/redis"
)

// Product is one kind of thing that the shop sells, and how many of it are left.
type Product struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Cents int    `json:"cents"`
	Left  int    `json:"left"`
}

// As many are left as long as nobody has taken any.
var catalogue = []Product{
	{"mug", "Enamel mug", 1400, 12},
	{"lamp", "Reading lamp", 5900, 4},
	{"stool", "Three-legged stool", 8900, 2},
}

// A refusal is the customer's to mend.
type refusal struct {
	status   int
	sentence string
}

func (r refusal) Error() string { return r.sentence }

// Shelf keeps in the cache how many of a product were taken, and which by which order.
type Shelf struct{ cache *redis.Pool }

// newShelf connects at the first call, and again after the cache was away.
func newShelf(url string) Shelf {
	return Shelf{&redis.Pool{
		MaxIdle:     8,
		DialContext: func(ctx context.Context) (redis.Conn, error) { return redis.DialURLContext(ctx, url) },
		TestOnBorrowContext: func(ctx context.Context, conn redis.Conn, _ time.Time) error {
			_, err := redis.DoContext(conn, ctx, "PING")
			return err
		},
	}}
}

func (s Shelf) do(ctx context.Context, command string, words ...any) (any, error) {
	conn, err := s.cache.GetContext(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return redis.DoContext(conn, ctx, command, words...)
}

// Look fails where the cache does not answer.
func (s Shelf) Look(ctx context.Context) error {
	_, err := s.do(ctx, "PING")
	return err
}

// Products returns the catalogue with what is left now.
func (s Shelf) Products(ctx context.Context) ([]Product, error) {
	taken, err := redis.IntMap(s.do(ctx, "HGETALL", "taken"))
	products := append([]Product(nil), catalogue...)
	for i := range products {
		products[i].Left -= taken[products[i].ID]
	}
	return products, err
}

// A script is one step for the cache: two customers never take the same last one.
const take = `
if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[1])
return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)`

// Take orders one piece, and returns the number of the order.
func (s Shelf) Take(ctx context.Context, id string) (string, error) {
	for _, product := range catalogue {
		if product.ID == id {
			order := rand.Text()
			taken, err := redis.Int(s.do(ctx, "EVAL", take, 2, "taken", "orders", id, product.Left, order))
			if err == nil && taken == 0 {
				err = refusal{http.StatusConflict, "Somebody else took the last one."}
			}
			return order, err
		}
	}
	return "", refusal{http.StatusNotFound, "The shop has no such product."}
}

const putBack = `
local product = redis.call('HGET', KEYS[2], ARGV[1])
if not product then return 0 end
redis.call('HINCRBY', KEYS[1], product, -1)
return redis.call('HDEL', KEYS[2], ARGV[1])`

// PutBack takes an order back.
func (s Shelf) PutBack(ctx context.Context, order string) error {
	known, err := redis.Int(s.do(ctx, "EVAL", putBack, 2, "taken", "orders", order))
	if err == nil && known == 0 {
		err = refusal{http.StatusNotFound, "There is no such order."}
	}
	return err
}
