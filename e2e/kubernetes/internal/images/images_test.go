package images

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestFullName(t *testing.T) {
	for short, want := range map[string]string{
		"valkey":                         "docker.io/library/valkey:latest",
		"valkey:8":                       "docker.io/library/valkey:8",
		"valkey/valkey:8.1.1":            "docker.io/valkey/valkey:8.1.1",
		"docker.io/valkey/valkey:8.1.1":  "docker.io/valkey/valkey:8.1.1",
		"localhost/a":                    "localhost/a:latest",
		"host:5000/a:1":                  "host:5000/a:1",
		"registry.example/a/b":           "registry.example/a/b:latest",
		"registry.example/a@sha256:0123": "registry.example/a@sha256:0123",
	} {
		if got := fullName(short); got != want {
			t.Errorf("%s: %s, want %s", short, got, want)
		}
	}
}

func write(t *testing.T, entries ...entry) string {
	t.Helper()
	b, err := tarOf(entries)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.tar")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReadDockerArchive(t *testing.T) {
	layer := bytes.Repeat([]byte("x"), 3<<20)
	b, err := archive("example/app:1", layer, []string{"/app"}, "1:1")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "app.tar")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	plain, err := ReadArchive(file)
	if err != nil || len(plain) != 1 || plain[0].Name != "docker.io/example/app:1" || !strings.HasPrefix(plain[0].ID, "sha256:") || plain[0].Digest != "" {
		t.Fatalf("%+v, %v", plain, err)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".gz", z.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if zipped, err := ReadArchive(file + ".gz"); err != nil || !reflect.DeepEqual(zipped, plain) {
		t.Errorf("compressed: %+v, %v", zipped, err)
	}
}

func TestReadOCIArchive(t *testing.T) {
	file := write(t,
		entry{"oci-layout", 0o644, []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		entry{"index.json", 0o644, []byte(`{"manifests":[
			{"digest":"sha256:aa","annotations":{"io.containerd.image.name":"docker.io/x/y:1"}},
			{"digest":"sha256:bb","annotations":{"org.opencontainers.image.ref.name":"x/z:2"}},
			{"digest":"sha256:cc","annotations":{"org.opencontainers.image.ref.name":"3"}}]}`)},
		entry{"blobs/sha256/aa", 0o644, []byte(`{"config":{"digest":"sha256:c0ffee"}}`)},
	)
	got, err := ReadArchive(file)
	want := []Image{{"docker.io/x/y:1", "sha256:aa", "sha256:c0ffee"}, {"docker.io/x/z:2", "sha256:bb", ""}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadArchiveRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		entries []entry
		word    string
	}{
		"no manifest":      {[]entry{{"etc/passwd", 0o644, []byte("x")}}, "neither index.json nor manifest.json"},
		"no name":          {[]entry{{"manifest.json", 0o644, []byte(`[{"Config":"c"}]`)}, {"c", 0o644, []byte("{}")}}, "no named image"},
		"no configuration": {[]entry{{"manifest.json", 0o644, []byte(`[{"Config":"c","RepoTags":["a:1"]}]`)}}, `"c" is missing`},
	} {
		if _, err := ReadArchive(write(t, c.entries...)); err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const listing = `REF TYPE DIGEST SIZE PLATFORMS LABELS
docker.io/x/y:1 application/vnd.oci.image.manifest.v1+json sha256:m1 1.0 MiB linux/amd64 -
sha256:id1 application/vnd.oci.image.manifest.v1+json sha256:m1 1.0 MiB linux/amd64 -
`

func TestMissing(t *testing.T) {
	have := parseList(listing)
	for name, c := range map[string]struct {
		image   Image
		missing bool
	}{
		"docker archive, there":              {Image{"docker.io/x/y:1", "", "sha256:id1"}, false},
		"docker archive, other content":      {Image{"docker.io/x/y:1", "", "sha256:id2"}, true},
		"OCI archive, there":                 {Image{"docker.io/x/y:1", "sha256:m1", "sha256:id1"}, false},
		"OCI archive, other content":         {Image{"docker.io/x/y:1", "sha256:m2", "sha256:id1"}, true},
		"OCI archive, kubelet knows not yet": {Image{"docker.io/x/y:1", "sha256:m1", "sha256:id9"}, true},
		"other name":                         {Image{"docker.io/x/y:2", "sha256:m1", "sha256:id1"}, true},
	} {
		if got := len(missing([]Image{c.image}, have)) == 1; got != c.missing {
			t.Errorf("%s: missing is %v", name, got)
		}
	}
}

func TestStoreReplacesTheSameNames(t *testing.T) {
	dir := t.TempDir()
	store := func(content string) bool {
		t.Helper()
		b, err := archive("example/app:1", []byte(content), []string{"/" + content}, "")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "a.tar")
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		_, isNew, err := Store(file, dir)
		if err != nil {
			t.Fatal(err)
		}
		return isNew
	}
	if !store("one") || store("one") || !store("two") {
		t.Error("new, known, new was expected")
	}
	if files, err := byAge(dir); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}
