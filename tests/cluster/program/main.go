// Command program is a whole Kubernetes control plane in one binary: the first
// argument picks the part (etcd, kube-apiserver, kube-controller-manager or
// kube-scheduler), the rest are that part's own flags.
package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: program etcd|kube-apiserver|kube-controller-manager|kube-scheduler [flags]")
	}
	part := os.Args[1]
	os.Args = os.Args[1:]
	switch part {
	case "etcd":
		etcd()
	case "kube-apiserver":
		run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		run(controllers.NewControllerManagerCommand())
	case "kube-scheduler":
		run(scheduler.NewSchedulerCommand())
	default:
		fail("no part of a control plane is called " + part)
	}
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

// etcd keeps nothing that outlives the run, so it never waits for the disk.
func etcd() {
	data := flag.String("data-dir", "", "an empty folder")
	client := flag.String("listen-client-url", "", "where the API server finds it")
	peer := flag.String("listen-peer-url", "", "needed by etcd even when it is alone")
	flag.Parse()

	config := embed.NewConfig()
	config.Dir = *data
	config.LogLevel = "warn"
	config.UnsafeNoFsync = true
	config.ListenClientUrls = []url.URL{parse(*client)}
	config.AdvertiseClientUrls = config.ListenClientUrls
	config.ListenPeerUrls = []url.URL{parse(*peer)}
	config.AdvertisePeerUrls = config.ListenPeerUrls
	config.InitialCluster = config.InitialClusterFromName(config.Name)

	server, err := embed.StartEtcd(config)
	if err != nil {
		fail(err.Error())
	}
	defer server.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	select {
	case <-stop:
	case err := <-server.Err():
		fail(err.Error())
	}
}

func parse(text string) url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		fail(err.Error())
	}
	return *parsed
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
