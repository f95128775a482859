// Asks an address, for a health check in an image that has nothing else to do so with: `ask URL` ends with 0 where the
// answer is good.
package main

import (
	"net/http"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		os.Stderr.WriteString("ask URL\n")
		os.Exit(2)
	}
	response, err := http.Get(os.Args[1])
	if err != nil || response.StatusCode >= 400 {
		os.Exit(1)
	}
}
