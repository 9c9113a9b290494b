package images

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Image is one named image of an archive.
type Image struct {
	Name string
	// Digest is the manifest's digest, known for OCI archives only.
	Digest string
	// ID is the digest of the image's configuration; nothing for an index of several platforms.
	ID string
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Annotations map[string]string `json:"annotations"`
}

// ReadArchive names the images of a `docker save` or OCI archive.
func ReadArchive(file string) ([]Image, error) {
	small, err := smallFiles(file)
	if err != nil {
		return nil, fmt.Errorf("%s is not an image archive: %w", file, err)
	}
	var all []Image
	switch {
	case small["index.json"] != nil:
		all, err = readOCI(small)
	case small["manifest.json"] != nil:
		all, err = readDocker(small)
	default:
		err = fmt.Errorf("it holds neither index.json nor manifest.json")
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not an image archive: %w", file, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no named image: save it with its name, `docker save NAME:TAG`", file)
	}
	return all, nil
}

// largestJSON is far above the size of any manifest or configuration, and below that of most layers.
const largestJSON = 1 << 20

// smallFiles reads the entries that may be JSON. Layers are skipped without being read.
func smallFiles(file string) (map[string][]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	magic := make([]byte, 2)
	if _, err := io.ReadFull(f, magic); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if in, err = gzip.NewReader(bufio.NewReader(f)); err != nil {
			return nil, err
		}
	}
	small := map[string][]byte{}
	for t := tar.NewReader(in); ; {
		h, err := t.Next()
		if err == io.EOF {
			return small, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeReg && h.Size <= largestJSON {
			if small[path.Clean(h.Name)], err = io.ReadAll(t); err != nil {
				return nil, err
			}
		}
	}
}

func readOCI(small map[string][]byte) ([]Image, error) {
	var index struct {
		Manifests []descriptor `json:"manifests"`
	}
	if err := json.Unmarshal(small["index.json"], &index); err != nil {
		return nil, err
	}
	var all []Image
	for _, d := range index.Manifests {
		name := d.Annotations["io.containerd.image.name"]
		if name == "" {
			name = d.Annotations["org.opencontainers.image.ref.name"]
		}
		if !strings.ContainsAny(name, "/:@") {
			continue // a bare tag names nothing
		}
		i := Image{Name: fullName(name), Digest: d.Digest}
		var manifest struct {
			Config descriptor `json:"config"`
		}
		if b := small["blobs/"+strings.Replace(d.Digest, ":", "/", 1)]; b != nil && json.Unmarshal(b, &manifest) == nil {
			i.ID = manifest.Config.Digest
		}
		all = append(all, i)
	}
	return all, nil
}

func readDocker(small map[string][]byte) ([]Image, error) {
	var manifests []struct {
		Config   string
		RepoTags []string
	}
	if err := json.Unmarshal(small["manifest.json"], &manifests); err != nil {
		return nil, err
	}
	var all []Image
	for _, m := range manifests {
		config := small[path.Clean(m.Config)]
		if config == nil {
			return nil, fmt.Errorf("its configuration %q is missing", m.Config)
		}
		sum := sha256.Sum256(config)
		for _, tag := range m.RepoTags {
			all = append(all, Image{Name: fullName(tag), ID: "sha256:" + hex.EncodeToString(sum[:])})
		}
	}
	return all, nil
}

// fullName spells a name out as the container runtime does: valkey:8 is docker.io/library/valkey:8.
func fullName(name string) string {
	first, _, slash := strings.Cut(name, "/")
	switch {
	case !slash:
		name = "docker.io/library/" + name
	case !strings.ContainsAny(first, ".:") && first != "localhost":
		name = "docker.io/" + name
	}
	if last := name[strings.LastIndex(name, "/")+1:]; !strings.ContainsAny(last, ":@") {
		name += ":latest"
	}
	return name
}
