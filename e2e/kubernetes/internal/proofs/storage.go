package proofs

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cachecluster.dev/kuberig/internal/rig"
	"cachecluster.dev/kuberig/internal/storage"
)

// store is the namespace of the claims.
const store = "storage"

const mib = 1 << 20

func (s *stage) claim(name, class, size string, mode v1.PersistentVolumeAccessMode) error {
	if err := s.namespace(store, nil); err != nil {
		return err
	}
	_, err := s.client.CoreV1().PersistentVolumeClaims(store).Create(s.ctx, &v1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: store, Name: name},
		Spec: v1.PersistentVolumeClaimSpec{
			StorageClassName: &class, AccessModes: []v1.PersistentVolumeAccessMode{mode},
			Resources: v1.VolumeResourceRequirements{Requests: v1.ResourceList{v1.ResourceStorage: resource.MustParse(size)}},
		},
	}, metav1.CreateOptions{})
	return err
}

func (s *stage) dropClaim(name string) error {
	return s.client.CoreV1().PersistentVolumeClaims(store).Delete(s.ctx, name, metav1.DeleteOptions{})
}

func (s *stage) resize(name, size string) error {
	patch := fmt.Sprintf(`{"spec":{"resources":{"requests":{"storage":%q}}}}`, size)
	_, err := s.client.CoreV1().PersistentVolumeClaims(store).Patch(s.ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	return err
}

// user is a pod that has a claim mounted at /data.
func user(name, claim string, node int) *v1.Pod {
	p := pod(store, name, 0, "wait")
	// Not nodeName: the scheduler must meet the claim, because it tells the provisioner the node.
	p.Spec.NodeSelector = map[string]string{v1.LabelHostname: rig.NodeName(node)}
	p.Spec.Volumes = []v1.Volume{{Name: "data", VolumeSource: v1.VolumeSource{PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: claim}}}}
	p.Spec.Containers[0].VolumeMounts = []v1.VolumeMount{{Name: "data", MountPath: "/data"}}
	return p
}

func (s *stage) onDisk(name string, args ...string) (string, error) {
	out, err := s.kubectl(append([]string{"exec", "-n", store, name, "--", "/probe"}, args...)...)
	return strings.TrimSpace(out), err
}

func (s *stage) writes(name, file, text string) error {
	out, err := s.onDisk(name, "write", file, text)
	return s.check(name+" writes "+file, err == nil, err, out)
}

func (s *stage) reads(name, file, text string) error {
	out, err := s.onDisk(name, "read", file)
	return s.check(name+" reads "+file, err == nil && out == text, err, out)
}

// hasRoom waits until the file system that a pod sees has a size between the two, in MiB. the file system takes a part for itself.
func (s *stage) hasRoom(name string, least, most int64) error {
	// The kubelet looks at a pod that did not change once in a minute or so.
	return s.soon(fmt.Sprintf("%s sees a file system of %d to %d MiB", name, least, most), 2*time.Minute, func() (bool, string) {
		out, err := s.onDisk(name, "room", "/data")
		var total, free int64
		_, _ = fmt.Sscan(out, &total, &free)
		return err == nil && total >= least*mib && total <= most*mib, out
	})
}

func proveSize(s *stage) error {
	return inOrder(
		func() error { return s.claim("sized", "local", "320Mi", v1.ReadWriteOnce) },
		func() error { return s.start(user("sized", "sized", 1)) },
		func() error { return s.hasRoom("sized", 200, 320) },
		func() error { return s.writes("sized", "/data/note", "kept") },
		func() error {
			out, err := s.onDisk("sized", "fill", "/data/fill")
			return s.check("a pod fills it", err == nil && strings.HasPrefix(out, "full after"), err, out)
		},
		func() error {
			out, err := s.onDisk("sized", "write", "/data/more", "x")
			return s.check("a full disk takes nothing", err != nil && strings.Contains(out, "no space left"), err, out)
		},
		func() error { return s.reads("sized", "/data/note", "kept") },
	)
}

// proveGrowth goes on with the claim of proveSize, whose disk is full.
func proveGrowth(s *stage) error {
	return inOrder(
		func() error { return s.resize("sized", "512Mi") },
		func() error { return s.hasRoom("sized", 400, 512) },
		func() error { return s.capacity("sized", "512Mi") },
		func() error { return s.writes("sized", "/data/more", "room again") },
		func() error { return s.drop(store, "sized") },
		func() error { return s.gone(store, "sized") },
		func() error { return s.resize("sized", "768Mi") },
		func() error { return s.start(user("sized-2", "sized", 1)) },
		func() error { return s.hasRoom("sized-2", 650, 768) },
		func() error { return s.capacity("sized", "768Mi") },
		func() error { return s.reads("sized-2", "/data/more", "room again") },
	)
}

func (s *stage) capacity(name, size string) error {
	want := resource.MustParse(size)
	return s.soon(fmt.Sprintf("claim %s says that it has %s", name, size), 30*time.Second, func() (bool, string) {
		c, err := s.client.CoreV1().PersistentVolumeClaims(store).Get(s.ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		got := c.Status.Capacity[v1.ResourceStorage]
		return got.Cmp(want) == 0, fmt.Sprintf("%s %v", got.String(), c.Status.Conditions)
	})
}

func (s *stage) gone(namespace, name string) error {
	return s.soon("pod "+name+" is gone", 30*time.Second, func() (bool, string) {
		_, err := s.client.CoreV1().Pods(namespace).Get(s.ctx, name, metav1.GetOptions{})
		return apierrors.IsNotFound(err), fmt.Sprint(err)
	})
}

func proveStorageRefusals(s *stage) error {
	return inOrder(
		func() error { return s.claim("fixed", "fixed", "320Mi", v1.ReadWriteOnce) },
		func() error { return s.start(user("fixed", "fixed", 1)) },
		func() error {
			err := s.resize("fixed", "512Mi")
			return s.check("a class that cannot expand does not", apierrors.IsForbidden(err), err)
		},
		func() error {
			err := s.resize("sized", "320Mi")
			return s.check("no volume shrinks", err != nil && strings.Contains(err.Error(), "can not be less than"), err)
		},
		func() error { return s.claim("many", "shared", "320Mi", v1.ReadWriteMany) },
		func() error {
			return s.soon("an access mode that cannot be had is said", 20*time.Second, func() (bool, string) {
				out, err := s.kubectl("describe", "pvc", "-n", store, "many")
				return err == nil && strings.Contains(out, "access mode ReadWriteMany"), out
			})
		},
		func() error { return s.dropClaim("many") },
		func() error { return s.drop(store, "fixed") },
		func() error { return s.dropClaim("fixed") },
	)
}

// proveShared moves a volume between nodes: when its pod goes, and when its node loses its power. As long as a node holds
// it, another does not get it.
func proveShared(s *stage) error {
	return inOrder(
		func() error { return s.claim("shared", "shared", "320Mi", v1.ReadWriteOnce) },
		func() error { return s.start(user("shared-1", "shared", 1)) },
		func() error { return s.writes("shared-1", "/data/note", "kept") },
		func() error {
			_, err := s.client.CoreV1().Pods(store).Create(s.ctx, user("shared-2", "shared", 2), metav1.CreateOptions{})
			return err
		},
		func() error {
			return s.soon("a second node is refused while the first has it", 30*time.Second, func() (bool, string) {
				out, err := s.kubectl("describe", "pod", "-n", store, "shared-2")
				return err == nil && strings.Contains(out, "is still mounted"), out
			})
		},
		func() error { return s.drop(store, "shared-1") },
		func() error { return s.running(store, "shared-2", 60*time.Second) },
		func() error { return s.reads("shared-2", "/data/note", "kept") },
		func() error { return s.says("node n2 stopped", "node", "stop", "2") },
		func() error { return s.drop(store, "shared-2") },
		func() error { return s.start(user("shared-3", "shared", 3)) },
		func() error { return s.reads("shared-3", "/data/note", "kept") },
		func() error { return s.says("node n2 started", "node", "start", "2") },
		func() error { return s.nodeReady(2, v1.ConditionTrue, 30*time.Second) },
		func() error { return s.running(home, "s2", 30*time.Second) },
	)
}

// proveEncrypted writes a text through a volume of each area, and looks for it on the disk that both lie on.
func proveEncrypted(s *stage) error {
	texts := map[string]string{"local": "a text that anybody finds", "encrypted": "a text that nobody finds"}
	for class, text := range texts {
		name := "bytes-" + class
		if err := inOrder(
			func() error { return s.claim(name, class, "320Mi", v1.ReadWriteOnce) },
			func() error { return s.start(user(name, name, 1)) },
			func() error { return s.writes(name, "/data/note", strings.Repeat(text+"\n", 1000)) },
		); err != nil {
			return err
		}
	}
	for class, text := range texts {
		n, err := storage.Search(s.rig, text)
		if err != nil {
			return err
		}
		found := "not found"
		if class == "local" {
			found = "found"
		}
		if err := s.check(fmt.Sprintf("class %s: its text is %s on the disk", class, found), (n > 0) == (class == "local"), n, " times"); err != nil {
			return err
		}
	}
	return nil
}

func proveReclaimed(s *stage) error {
	if err := s.dropNamespace(store); err != nil {
		return err
	}
	return s.soon("no file of a volume is left", 60*time.Second, func() (bool, string) {
		files, err := filepath.Glob(s.rig.Path("volumes", "*", "*.img"))
		return err == nil && len(files) == 0, fmt.Sprint(files, err)
	})
}
