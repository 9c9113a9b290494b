package images

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"runtime"

	"cachecluster.dev/kuberig/programs"
)

// Images that the rig makes itself, from programs that it carries.
const (
	PauseImage = "kuberig.cachecluster.dev/pause:1"
	ProbeImage = "kuberig.cachecluster.dev/probe:1"
)

// WritePause writes the archive of the sandbox image.
func WritePause(file string) error { return writeProgram(file, PauseImage, programs.Pause) }

// WriteProbe writes the archive of the test image: one static program that serves and calls.
func WriteProbe(file string) error { return WriteProbeAs(file, ProbeImage) }

// WriteProbeAs gives the test image another name.
func WriteProbeAs(file, name string) error { return writeProgram(file, name, programs.Probe) }

// writeProgram makes an image of one static program that runs as nobody.
func writeProgram(file, name, program string) error {
	binary, err := programs.Read(program)
	if err != nil {
		return err
	}
	layer, err := tarOf([]entry{{program, 0o755, binary}})
	if err != nil {
		return err
	}
	b, err := archive(name, layer, []string{"/" + program}, "65535:65535")
	if err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}

type entry struct {
	name string
	mode int64
	data []byte
}

func tarOf(entries []entry) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if err := w.WriteHeader(&tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.data)), Typeflag: tar.TypeReg}); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// archive wraps one layer as `docker save` would. The same layer gives the same bytes.
func archive(name string, layer []byte, entrypoint []string, user string) ([]byte, error) {
	layerSum := hexSum(layer)
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux", "created": "1970-01-01T00:00:00Z",
		"config": map[string]any{"Entrypoint": entrypoint, "User": user},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + layerSum}},
	})
	if err != nil {
		return nil, err
	}
	configName := hexSum(config) + ".json"
	layerName := layerSum + "/layer.tar"
	manifest, err := json.Marshal([]map[string]any{{"Config": configName, "RepoTags": []string{name}, "Layers": []string{layerName}}})
	if err != nil {
		return nil, err
	}
	return tarOf([]entry{{"manifest.json", 0o644, manifest}, {configName, 0o644, config}, {layerName, 0o644, layer}})
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
