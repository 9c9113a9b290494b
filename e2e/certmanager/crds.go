package main

import (
	"embed"
	"io"
	"io/fs"
)

// Every file begins with "---", so that one after the other they are a YAML stream.
//
//go:embed crds/*.yaml
var crdFiles embed.FS

// resources are what the controllers list and watch of their own API group, and so what the cluster must know.
var resources = []string{"certificaterequests", "certificates", "clusterissuers", "issuers"}

func printCRDs(out io.Writer) error {
	return fs.WalkDir(crdFiles, "crds", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := crdFiles.ReadFile(path)
		if err != nil {
			return err
		}
		_, err = out.Write(text)
		return err
	})
}
