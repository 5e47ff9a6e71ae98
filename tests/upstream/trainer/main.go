// Command trainer asks Kubeflow Trainer itself what becomes of a TrainJob: each
// line of standard input is {"runtimes": […], "trainJob": {…}}, each line of standard output
// {"errors": […], "jobSet": {…}}. Documents are read strictly; then come the checks of
// Trainer's webhooks, and the JobSet that it would make.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"

	configapi "github.com/kubeflow/trainer/v2/pkg/apis/config/v1alpha1"
	trainer "github.com/kubeflow/trainer/v2/pkg/apis/trainer/v1alpha1"
	"github.com/kubeflow/trainer/v2/pkg/runtime"
	"github.com/kubeflow/trainer/v2/pkg/runtime/core"
	"github.com/kubeflow/trainer/v2/pkg/webhooks"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	jobset "sigs.k8s.io/jobset/api/jobset/v1alpha2"
	schedplugins "sigs.k8s.io/scheduler-plugins/apis/scheduling/v1alpha1"
	volcano "volcano.sh/apis/pkg/apis/scheduling/v1beta1"
)

type question struct {
	Runtimes []json.RawMessage `json:"runtimes"`
	TrainJob json.RawMessage   `json:"trainJob"`
}

type answer struct {
	Errors []string       `json:"errors"`
	JobSet *jobset.JobSet `json:"jobSet,omitempty"`
}

// unindexed takes every index, since nothing is listed here.
type unindexed struct{}

func (unindexed) IndexField(context.Context, client.Object, string, client.IndexerFunc) error {
	return nil
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			said := answer{Errors: []string{}}
			if failure := ask(line, &said); failure != nil {
				said.Errors = append(said.Errors, failure.Error())
			}
			if failure := output.Encode(said); failure != nil {
				panic(failure)
			}
		}
		if err != nil {
			return
		}
	}
}

func ask(line []byte, said *answer) error {
	ctx := context.Background()
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return err
	}
	runtimes, err := read(ctx, asked.Runtimes)
	if err != nil {
		return err
	}
	job := &trainer.TrainJob{}
	if err := strictly(asked.TrainJob, job); err != nil {
		return err
	}
	job.UID = "0"
	scheme := apiruntime.NewScheme()
	for _, add := range []func(*apiruntime.Scheme) error{clientgoscheme.AddToScheme,
		trainer.AddToScheme, jobset.AddToScheme, schedplugins.AddToScheme, volcano.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	cluster := fake.NewClientBuilder().WithScheme(scheme).WithObjects(runtimes...).Build()
	known, err := core.New(ctx, cluster, unindexed{}, &configapi.Configuration{})
	if err != nil {
		return err
	}
	used := known[runtime.RuntimeRefToRuntimeRegistryKey(job.Spec.RuntimeRef)]
	_, mistakes := used.ValidateObjects(ctx, nil, job)
	for _, mistake := range mistakes {
		said.Errors = append(said.Errors, mistake.Error())
	}
	if len(mistakes) > 0 {
		return nil
	}
	return build(ctx, used, job, said)
}

// read decodes runtimes, as the API server would complete them, and asks Trainer's webhook.
func read(ctx context.Context, documents []json.RawMessage) ([]client.Object, error) {
	found := []client.Object{}
	for _, document := range documents {
		var head struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal(document, &head); err != nil {
			return nil, err
		}
		if head.Kind == trainer.ClusterTrainingRuntimeKind {
			one := &trainer.ClusterTrainingRuntime{}
			if err := strictly(document, one); err != nil {
				return nil, err
			}
			found = append(found, one)
			continue
		}
		one := &trainer.TrainingRuntime{}
		if err := strictly(document, one); err != nil {
			return nil, err
		}
		if _, err := (&webhooks.TrainingRuntimeValidator{}).ValidateCreate(ctx, one); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

func strictly(document []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// build makes the objects of a TrainJob and keeps the JobSet.
func build(ctx context.Context, used runtime.Runtime, job *trainer.TrainJob, said *answer) error {
	objects, err := used.NewObjects(ctx, job)
	if err != nil {
		return err
	}
	for _, object := range objects {
		text, err := json.Marshal(object)
		if err != nil {
			return err
		}
		made := &jobset.JobSet{}
		if err := json.Unmarshal(text, made); err != nil || made.Kind != "JobSet" {
			continue
		}
		said.JobSet = made
	}
	return nil
}
