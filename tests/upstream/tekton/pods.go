package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/tektoncd/pipeline/pkg/apis/pipeline"
	v1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	"github.com/tektoncd/pipeline/pkg/pod"
	"github.com/tektoncd/pipeline/pkg/workspace"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// question asks for the pods of a run: its Pipeline, and the Tasks that this names.
type question struct {
	Run      *v1.PipelineRun `json:"run"`
	Pipeline *v1.Pipeline    `json:"pipeline"`
	Tasks    []*v1.Task      `json:"tasks"`
}

type made struct {
	Errors []string      `json:"errors"`
	Pods   []*corev1.Pod `json:"pods"`
}

// unknown stands for a command that only an image's registry could tell.
const unknown = "/the/images/own/command"

// podsOf answers with the pod of each task, in order. TaskRuns are made as Tekton's
// reconcilers make them: labels of the Pipeline and of the Task reach them, a run's own win.
func podsOf(asked question) made {
	said := made{Errors: []string{}, Pods: []*corev1.Pod{}}
	tasks := map[string]*v1.Task{}
	for _, task := range asked.Tasks {
		tasks[task.Name] = task
	}
	ctx := context.Background()
	asked.Run.SetDefaults(ctx)
	for _, each := range asked.Pipeline.Spec.Tasks {
		task := tasks[each.TaskRef.Name]
		if task == nil {
			said.Errors = append(said.Errors, fmt.Sprintf("there is no Task %s", each.TaskRef.Name))
			continue
		}
		found, err := podOf(ctx, asked.Run, asked.Pipeline, each, task)
		if err != nil {
			said.Errors = append(said.Errors, err.Error())
			continue
		}
		found.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
		// The TaskRun that owns it is in no cluster.
		found.OwnerReferences = nil
		said.Pods = append(said.Pods, found)
	}
	return said
}

func podOf(ctx context.Context, run *v1.PipelineRun, line *v1.Pipeline, each v1.PipelineTask,
	task *v1.Task) (*corev1.Pod, error) {
	spec := run.GetTaskRunSpec(each.Name)
	labels := map[string]string{}
	maps.Copy(labels, task.Labels)
	maps.Copy(labels, line.Labels)
	maps.Copy(labels, run.Labels)
	if spec.Metadata != nil {
		maps.Copy(labels, spec.Metadata.Labels)
	}
	taskRun := &v1.TaskRun{
		ObjectMeta: metav1.ObjectMeta{Name: run.Name + "-" + each.Name, Namespace: run.Namespace,
			Labels: labels},
		Spec: v1.TaskRunSpec{
			Params: each.Params, Retries: each.Retries, Timeout: each.Timeout,
			ServiceAccountName: spec.ServiceAccountName, PodTemplate: spec.PodTemplate,
			StepSpecs: spec.StepSpecs, SidecarSpecs: spec.SidecarSpecs,
			ComputeResources: spec.ComputeResources,
			Workspaces:       bound(run, each),
			TaskRef:          &v1.TaskRef{Name: task.Name, Kind: v1.NamespacedTaskKind},
		},
	}
	taskRun.SetDefaults(ctx)
	wanted := task.DeepCopy()
	wanted.SetDefaults(ctx)
	for index := range wanted.Spec.Steps {
		step := &wanted.Spec.Steps[index]
		if step.Ref != nil {
			return nil, errors.New("a StepAction's image is not known here")
		}
		if step.Script == "" && len(step.Command) == 0 {
			step.Command = []string{unknown}
		}
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
		Name: taskRun.Spec.ServiceAccountName, Namespace: run.Namespace}}
	if err := workspace.ValidateBindings(ctx, wanted.Spec.Workspaces,
		taskRun.Spec.Workspaces); err != nil {
		return nil, err
	}
	if err := workspace.ValidateOnlyOnePVCIsUsed(taskRun.Spec.Workspaces); err != nil {
		return nil, err
	}
	filled, err := workspace.Apply(ctx, wanted.Spec, taskRun.Spec.Workspaces,
		workspace.CreateVolumes(taskRun.Spec.Workspaces))
	if err != nil {
		return nil, err
	}
	builder := pod.Builder{Images: images, KubeClient: fake.NewClientset(account)}
	return builder.Build(ctx, taskRun, *filled)
}

// bound is what a run binds to a task's workspaces, under the names that the task knows.
func bound(run *v1.PipelineRun, each v1.PipelineTask) []v1.WorkspaceBinding {
	var found []v1.WorkspaceBinding
	for _, wanted := range each.Workspaces {
		for _, given := range run.Spec.Workspaces {
			if given.Name == wanted.Workspace {
				given.Name = wanted.Name
				found = append(found, given)
			}
		}
	}
	return found
}

var images = pipeline.Images{
	EntrypointImage: "example.com/entrypoint", SidecarLogResultsImage: "example.com/results",
	NopImage: "example.com/nop", ShellImage: "example.com/shell",
	ShellImageWin: "example.com/shell-win", WorkingDirInitImage: "example.com/working-dir",
}

// asksForPods tells a question about pods from a document.
func asksForPods(line []byte) (question, bool) {
	var asked question
	err := json.Unmarshal(line, &asked)
	return asked, err == nil && asked.Run != nil && asked.Pipeline != nil
}
