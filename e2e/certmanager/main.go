// Certmanager is cert-manager for the test rig: upstream's controllers of certificates and of the CA and self-signed issuers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

const help = `Usage: certmanager crds                     print cert-manager's CustomResourceDefinitions as one YAML stream
       certmanager run --kubeconfig FILE    run the controllers until SIGTERM or SIGINT
       certmanager version                  print the version of cert-manager

run expects the definitions to be in the cluster:

  certmanager crds | kubectl apply --server-side -f -

It prints "certmanager: running" on standard output once it knows the cluster's certificates, issuers and secrets, and
logs on standard error. A ClusterIssuer finds its secret in the namespace ` + clusterNamespace + `. Exit code 0: stopped by a signal.
1: could not run. 2: wrong usage.
`

const module = "github.com/cert-manager/cert-manager"

// usageError is a mistake of whoever typed the command.
type usageError string

func (e usageError) Error() string { return string(e) + `; "certmanager --help" explains` }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	// Whoever is tired of waiting for the end may send the signal again.
	context.AfterFunc(ctx, stop)
	os.Exit(command(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func command(ctx context.Context, arguments []string, out, problems io.Writer) int {
	err := dispatch(ctx, arguments, out)
	if err == nil {
		return 0
	}
	fmt.Fprintln(problems, "certmanager:", err)
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

func dispatch(ctx context.Context, arguments []string, out io.Writer) error {
	if len(arguments) == 0 {
		return usageError("a command is missing: crds, run or version")
	}
	name, rest := arguments[0], arguments[1:]
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the errors say it all
	var kubeconfig string
	switch name {
	case "help", "-h", "-help", "--help":
		_, err := io.WriteString(out, help)
		return err
	case "run":
		flags.StringVar(&kubeconfig, "kubeconfig", "", "")
	case "crds", "version", "--version":
	default:
		return usageError(fmt.Sprintf("unknown command %q: use crds, run or version", name))
	}
	if err := flags.Parse(rest); errors.Is(err, flag.ErrHelp) {
		_, err := io.WriteString(out, help)
		return err
	} else if err != nil {
		return usageError(name + ": " + err.Error())
	}
	if flags.NArg() > 0 {
		return usageError(fmt.Sprintf("%s: unexpected %q", name, flags.Arg(0)))
	}
	switch name {
	case "crds":
		return printCRDs(out)
	case "run":
		return runWith(ctx, kubeconfig, out)
	default:
		_, err := fmt.Fprintln(out, "cert-manager", version())
		return err
	}
}

// version is the one that this program was built with, as Go recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	return "of an unknown version"
}
