// Command argo asks Argo Workflows itself about documents: each line of standard input is
// {"templates": [WorkflowTemplate, …], "document": {…}}, each line of standard output the
// answer: {"errors": […]}. A document is read strictly and validated as the controller does
// before a run begins; a template alone as when it is made.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/workflow/templateresolution"
	"github.com/argoproj/argo-workflows/v4/workflow/validate"
)

type question struct {
	Templates []wfv1.WorkflowTemplate `json:"templates"`
	Document  json.RawMessage         `json:"document"`
}

type answer struct {
	Errors []string `json:"errors"`
}

// known are the templates of a namespace, by name.
type known map[string]*wfv1.WorkflowTemplate

func (all known) Get(_ context.Context, name string) (*wfv1.WorkflowTemplate, error) {
	if found, ok := all[name]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("no WorkflowTemplate is named %q", name)
}

func main() {
	quiet := logging.NewSlogLoggerCustom(logging.Error, logging.JSON, io.Discard)
	ctx := logging.WithLogger(context.Background(), quiet)
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			said := answer{Errors: []string{}}
			if wrong := ask(ctx, line); wrong != nil {
				said.Errors = append(said.Errors, wrong.Error())
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

func ask(ctx context.Context, line []byte) error {
	var asked question
	if err := strict(line, &asked); err != nil {
		return err
	}
	all := known{}
	for index := range asked.Templates {
		all[asked.Templates[index].Name] = &asked.Templates[index]
	}
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(asked.Document, &head); err != nil {
		return err
	}
	return judge(ctx, head.Kind, asked.Document, all)
}

func judge(ctx context.Context, kind string, document []byte, all known) error {
	none := &templateresolution.NullClusterWorkflowTemplateGetter{}
	switch kind {
	case "WorkflowTemplate":
		made := &wfv1.WorkflowTemplate{}
		if err := strict(document, made); err != nil {
			return err
		}
		return validate.ValidateWorkflowTemplate(ctx, all, none, made, nil, validate.ValidateOpts{})
	case "CronWorkflow":
		made := &wfv1.CronWorkflow{}
		if err := strict(document, made); err != nil {
			return err
		}
		return validate.ValidateCronWorkflow(ctx, all, none, made, nil)
	case "Workflow":
		made := &wfv1.Workflow{}
		if err := strict(document, made); err != nil {
			return err
		}
		return validate.ValidateWorkflow(ctx, all, none, made, nil, validate.ValidateOpts{Submit: true})
	}
	return fmt.Errorf("%s is no kind that Argo validates", kind)
}

func strict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
