// Checks dashboards against Grafana's own schema: reports unknown, missing and mistyped fields, one line each, and exits
// with 1 if there are any. Arguments: the files.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	// Options of panels and fields of queries are only checked if their kinds are known.
	plugins.RegisterDefaultPlugins()
	wrong := false
	for _, file := range os.Args[1:] {
		for _, complaint := range complaints(file) {
			fmt.Printf("%s: %s\n", file, complaint)
			wrong = true
		}
	}
	if wrong {
		os.Exit(1)
	}
	fmt.Printf("%d dashboards accepted\n", len(os.Args)-1)
}

func complaints(file string) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		return []string{err.Error()}
	}
	var read dashboard.Dashboard
	return append(lines(read.UnmarshalJSONStrict(text)), lines(read.Validate())...)
}

// The SDK returns a list of errors, which is not nil even if it is empty.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.FieldsFunc(err.Error(), func(letter rune) bool { return letter == '\n' })
}
