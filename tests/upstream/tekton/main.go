// Command tekton asks Tekton itself about documents: each line of standard input is one
// JSON document, each line of standard output the answer: {"errors": […], "warnings": […],
// "defaulted": {…}}. A document is read strictly, given Tekton's defaults and validated. A
// {"run": …, "pipeline": …, "tasks": […]} is answered with the pods that the run makes.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	v1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	"github.com/tektoncd/pipeline/pkg/apis/pipeline/v1beta1"
	"knative.dev/pkg/apis"
)

// checked is what every kind of Tekton's can do.
type checked interface {
	apis.Defaultable
	apis.Validatable
}

type answer struct {
	Errors    []string `json:"errors"`
	Warnings  []string `json:"warnings"`
	Defaulted any      `json:"defaulted,omitempty"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if failure := output.Encode(reply(line)); failure != nil {
				panic(failure)
			}
		}
		if err != nil {
			return
		}
	}
}

func reply(line []byte) any {
	if asked, yes := asksForPods(line); yes {
		return podsOf(asked)
	}
	return ask(line)
}

func ask(line []byte) answer {
	said := answer{Errors: []string{}, Warnings: []string{}}
	document, err := empty(line)
	if err == nil {
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(document)
	}
	if err != nil {
		said.Errors = append(said.Errors, err.Error())
		return said
	}
	ctx := apis.WithinCreate(context.Background())
	document.SetDefaults(ctx)
	for _, found := range document.Validate(ctx).WrappedErrors() {
		if found.Level == apis.WarningLevel {
			said.Warnings = append(said.Warnings, found.Error())
		} else {
			said.Errors = append(said.Errors, found.Error())
		}
	}
	said.Defaulted = document
	return said
}

// empty is a new value of the type that a document's apiVersion and kind name.
func empty(line []byte) (checked, error) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, err
	}
	switch head.APIVersion + " " + head.Kind {
	case "tekton.dev/v1 Task":
		return &v1.Task{}, nil
	case "tekton.dev/v1 Pipeline":
		return &v1.Pipeline{}, nil
	case "tekton.dev/v1 TaskRun":
		return &v1.TaskRun{}, nil
	case "tekton.dev/v1 PipelineRun":
		return &v1.PipelineRun{}, nil
	case "tekton.dev/v1beta1 StepAction":
		return &v1beta1.StepAction{}, nil
	}
	return nil, fmt.Errorf("%s %s is no kind that Tekton validates", head.APIVersion, head.Kind)
}
