// Command argocd answers what Argo CD makes of what we tell it, with the libraries it uses:
// Go's templates and sprig's functions for ApplicationSets, gojq for the fields that a
// comparison leaves out.
//
// One JSON line in, one out:
// {"applicationSet": …, "directories": ["a/b"]} gives {"applications": […]} or {"error": …};
// {"jq": EXPRESSION, "object": …} gives {"object": …} without what the expression names.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/itchyny/gojq"
)

type directory struct {
	Path    string `json:"path"`
	Exclude bool   `json:"exclude"`
}

type generator struct {
	Git struct {
		Directories []directory       `json:"directories"`
		Values      map[string]string `json:"values"`
	} `json:"git"`
}

type applicationSet struct {
	Spec struct {
		GoTemplate        bool        `json:"goTemplate"`
		GoTemplateOptions []string    `json:"goTemplateOptions"`
		Generators        []generator `json:"generators"`
		Template          any         `json:"template"`
	} `json:"spec"`
}

type question struct {
	ApplicationSet *applicationSet `json:"applicationSet"`
	Directories    []string        `json:"directories"`
	Jq             string          `json:"jq"`
	Object         any             `json:"object"`
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		reply, err := answer(line)
		if err != nil {
			reply = map[string]any{"error": err.Error()}
		}
		text, err := json.Marshal(reply)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(text))
	}
}

func answer(line []byte) (map[string]any, error) {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	if asked.ApplicationSet == nil {
		object, err := without(asked.Jq, asked.Object)
		return map[string]any{"object": object}, err
	}
	applications, err := expanded(asked.ApplicationSet, asked.Directories)
	return map[string]any{"applications": applications}, err
}

func expanded(set *applicationSet, directories []string) ([]any, error) {
	if !set.Spec.GoTemplate {
		return nil, fmt.Errorf("the ApplicationSet has no Go template")
	}
	found := []any{}
	for _, one := range set.Spec.Generators {
		for _, at := range directories {
			chosen, err := matches(one.Git.Directories, at)
			if err != nil {
				return nil, err
			}
			if !chosen {
				continue
			}
			application, err := filled(set, parameters(at, one.Git.Values))
			if err != nil {
				return nil, err
			}
			found = append(found, application)
		}
	}
	return found, nil
}

// matches says whether a directory is included by a pattern and excluded by none.
func matches(patterns []directory, at string) (bool, error) {
	included := false
	for _, one := range patterns {
		fits, err := path.Match(one.Path, at)
		if err != nil {
			return false, err
		}
		if fits && one.Exclude {
			return false, nil
		}
		included = included || fits
	}
	return included, nil
}

func parameters(at string, values map[string]string) map[string]any {
	segments := []any{}
	for _, segment := range strings.Split(at, "/") {
		segments = append(segments, segment)
	}
	given := map[string]any{}
	for name, value := range values {
		given[name] = value
	}
	return map[string]any{
		"path":   map[string]any{"path": at, "basename": path.Base(at), "segments": segments},
		"values": given,
	}
}

func filled(set *applicationSet, with map[string]any) (any, error) {
	return each(set.Spec.Template, func(text string) (string, error) {
		parsed, err := template.New("").Funcs(sprig.TxtFuncMap()).
			Option(set.Spec.GoTemplateOptions...).Parse(text)
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		err = parsed.Execute(&out, with)
		return out.String(), err
	})
}

// each applies a function to every text of a value, the keys of mappings too.
func each(value any, change func(string) (string, error)) (any, error) {
	switch value := value.(type) {
	case string:
		return change(value)
	case []any:
		found := []any{}
		for _, item := range value {
			changed, err := each(item, change)
			if err != nil {
				return nil, err
			}
			found = append(found, changed)
		}
		return found, nil
	case map[string]any:
		found := map[string]any{}
		for key, item := range value {
			name, err := change(key)
			if err != nil {
				return nil, err
			}
			if found[name], err = each(item, change); err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	return value, nil
}

func without(expression string, object any) (any, error) {
	query, err := gojq.Parse("del(" + expression + ")")
	if err != nil {
		return nil, err
	}
	result, _ := query.Run(object).Next()
	if err, wrong := result.(error); wrong {
		return nil, err
	}
	return result, nil
}
