package volumes

import (
	"context"
	"errors"
	"flag"
	"net"
	"os"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/klog/v2"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"

	"cachecluster.dev/kuberig/internal/storage"
)

// Node runs the half that mounts volumes on one node. It never returns but with an error.
func Node(args []string) error {
	fs := flag.NewFlagSet("node", flag.ExitOnError)
	name := fs.String("node", "", "name of the node")
	root := fs.String("root", "", "volume root on the machine")
	kubelet := fs.String("kubelet", "/var/lib/kubelet", "the kubelet's directory")
	_ = fs.Parse(args) // exits on an error
	socket := filepath.Join(*kubelet, "plugins", storage.Driver, "csi.sock")
	driver := grpc.NewServer(grpc.UnaryInterceptor(logged))
	csi.RegisterIdentityServer(driver, identity{})
	csi.RegisterNodeServer(driver, &nodeServer{name: *name, root: *root, disks: newDisks()})
	teller := grpc.NewServer()
	registration.RegisterRegistrationServer(teller, registrar{socket: socket})
	ended := make(chan error, 2)
	// The driver first: once the kubelet knows of it, it calls.
	for _, s := range []struct {
		server *grpc.Server
		socket string
	}{{driver, socket}, {teller, filepath.Join(*kubelet, "plugins_registry", storage.Driver+"-reg.sock")}} {
		l, err := listen(s.socket)
		if err != nil {
			return err
		}
		go func() { ended <- s.server.Serve(l) }()
	}
	return errors.Join(errors.New("a server of the driver ended"), <-ended)
}

func listen(socket string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(socket), 0o750); err != nil {
		return nil, err
	}
	// That of a process before this one, as after a power cut.
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	return net.Listen("unix", socket)
}

func logged(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	answer, err := handler(ctx, request)
	if err != nil {
		klog.ErrorS(err, "Refused", "call", info.FullMethod)
	}
	return answer, err
}

type nodeServer struct {
	csi.UnimplementedNodeServer
	name, root string
	disks      *disks
}

func (n *nodeServer) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: n.name}, nil
}

func (n *nodeServer) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	answer := &csi.NodeGetCapabilitiesResponse{}
	for _, c := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME, csi.NodeServiceCapability_RPC_EXPAND_VOLUME, csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
	} {
		answer.Capabilities = append(answer.Capabilities, &csi.NodeServiceCapability{Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: c}}})
	}
	return answer, nil
}

// NodeStageVolume mounts the volume once for the node. A file that another node has mounted is refused, as a disk is that
// hangs on another machine: two mounts of one file system would destroy it.
func (n *nodeServer) NodeStageVolume(_ context.Context, r *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	place, err := storage.ParseHandle(r.VolumeId)
	if err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	if r.VolumeCapability.GetMount() == nil {
		return nil, status.Error(codes.InvalidArgument, "this driver mounts file systems only")
	}
	if is, err := n.disks.mounted(r.StagingTargetPath); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	} else if is {
		return &csi.NodeStageVolumeResponse{}, nil
	}
	file := place.File(n.root)
	if used, err := inUse(file); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	} else if used {
		return nil, status.Errorf(codes.FailedPrecondition, "volume %s is still mounted, on another node or by one that just lost its power", r.VolumeId)
	}
	if err := os.MkdirAll(r.StagingTargetPath, 0o750); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if err := n.disks.attach(file, r.StagingTargetPath, r.VolumeCapability.GetMount().MountFlags); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	// The file may have grown while nobody had it mounted.
	if err := n.disks.grow(r.StagingTargetPath); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeStageVolumeResponse{}, nil
}

func (n *nodeServer) NodeUnstageVolume(_ context.Context, r *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	return &csi.NodeUnstageVolumeResponse{}, n.unmount(r.StagingTargetPath)
}

func (n *nodeServer) NodePublishVolume(_ context.Context, r *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if is, err := n.disks.mounted(r.TargetPath); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	} else if is {
		return &csi.NodePublishVolumeResponse{}, nil
	}
	if err := os.MkdirAll(r.TargetPath, 0o750); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	options := []string{"bind"}
	if r.Readonly {
		options = append(options, "ro")
	}
	if err := n.disks.mounter.Mount(r.StagingTargetPath, r.TargetPath, "", options); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (n *nodeServer) NodeUnpublishVolume(_ context.Context, r *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	return &csi.NodeUnpublishVolumeResponse{}, n.unmount(r.TargetPath)
}

func (n *nodeServer) unmount(target string) error {
	is, err := n.disks.mounted(target)
	if err == nil && is {
		err = n.disks.mounter.Unmount(target)
	}
	if err == nil {
		err = os.Remove(target)
	}
	if err != nil && !os.IsNotExist(err) {
		return status.Error(codes.Internal, err.Error())
	}
	return nil
}

func (n *nodeServer) NodeExpandVolume(_ context.Context, r *csi.NodeExpandVolumeRequest) (*csi.NodeExpandVolumeResponse, error) {
	at := r.StagingTargetPath
	if at == "" {
		at = r.VolumePath
	}
	if err := n.disks.grow(at); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeExpandVolumeResponse{CapacityBytes: r.CapacityRange.GetRequiredBytes()}, nil
}

func (n *nodeServer) NodeGetVolumeStats(_ context.Context, r *csi.NodeGetVolumeStatsRequest) (*csi.NodeGetVolumeStatsResponse, error) {
	if is, err := n.disks.mounted(r.VolumePath); err != nil || !is {
		return nil, status.Errorf(codes.NotFound, "nothing is mounted at %s", r.VolumePath)
	}
	is, err := roomOf(r.VolumePath)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{
		{Unit: csi.VolumeUsage_BYTES, Total: is.bytes, Available: is.free, Used: is.used},
		{Unit: csi.VolumeUsage_INODES, Total: is.inodes, Available: is.freeInodes, Used: is.inodes - is.freeInodes},
	}}, nil
}
