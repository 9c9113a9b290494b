// The entrypoint of the relocated test image: it refuses to start, so that a pod which relies on an image's entrypoint
// fails in the tests. Public images differ in their entrypoints; the operator names the program itself.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "this image's entrypoint refuses to start: the pod must name valkey-server as its command")
	os.Exit(64)
}
