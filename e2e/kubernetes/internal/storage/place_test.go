package storage

import (
	"strings"
	"testing"
)

func TestHandleIsReadBack(t *testing.T) {
	want := Place{"encrypted", "pvc-0e3f7f0e-2a39-4ce3-8f3d-2f4d8e0e5a11"}
	got, err := ParseHandle(want.Handle())
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if file := got.File("/rig/volumes"); file != "/rig/volumes/encrypted/pvc-0e3f7f0e-2a39-4ce3-8f3d-2f4d8e0e5a11.img" {
		t.Error(file)
	}
}

func TestNoHandleLeadsOutOfTheRoot(t *testing.T) {
	for _, bad := range []string{
		"", "plain", "plain/", "/pvc-1", "../pvc-1", "plain/../../etc/shadow", "plain/..", "plain/a/b", "plain/.hidden", "plain/a..b",
		"Plain/pvc-1", "plain/PVC", "plain/a b", "plain/a\x00", "plain/" + strings.Repeat("a", 253),
	} {
		if p, err := ParseHandle(bad); err == nil {
			t.Errorf("%q became %+v", bad, p)
		}
	}
}
