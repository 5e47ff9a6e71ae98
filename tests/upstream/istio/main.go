// Command istio asks istiod's own code which Envoy RBAC filters it would send to a workload.
//
// Each line of standard input is one question:
//
//	{"policies": [AuthorizationPolicy, …], "namespace": NS, "labels": {…},
//	 "waypoint": false, "service": NAME, "rootNamespace": NS, "trustDomain": DOMAIN}
//
// Each line of standard output is its answer: {"http": [filter, …], "tcp": [filter, …]} in
// the order of the filter chain, or {"error": "…"} when istiod refuses a policy.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"google.golang.org/protobuf/proto"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/config/memory"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/security/authz/builder"
	"istio.io/istio/pilot/pkg/security/trustdomain"
	"istio.io/istio/pilot/pkg/serviceregistry/provider"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/util/protomarshal"
)

type question struct {
	Policies      []json.RawMessage `json:"policies"`
	Namespace     string            `json:"namespace"`
	Labels        map[string]string `json:"labels"`
	Waypoint      bool              `json:"waypoint"`
	Service       string            `json:"service"`
	RootNamespace string            `json:"rootNamespace"`
	TrustDomain   string            `json:"trustDomain"`
}

type answer struct {
	HTTP  []json.RawMessage `json:"http"`
	TCP   []json.RawMessage `json:"tcp"`
	Error string            `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if failure := output.Encode(answerTo(line)); failure != nil {
				panic(failure)
			}
		}
		if err != nil {
			return
		}
	}
}

func answerTo(line []byte) answer {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	said, err := filters(asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return said
}

func filters(asked question) (answer, error) {
	mesh := &meshconfig.MeshConfig{
		RootNamespace: asked.RootNamespace,
		TrustDomain:   asked.TrustDomain,
	}
	policies, err := policiesOf(asked, mesh)
	if err != nil {
		return answer{}, err
	}
	selected := policies.ListAuthorizationPolicies(matcher(asked))
	built := builder.New(
		trustdomain.NewBundle(mesh.TrustDomain, nil),
		&model.PushContext{AuthzPolicies: policies, Mesh: mesh},
		selected,
		builder.Option{UseFilterState: asked.Waypoint},
	)
	said := answer{HTTP: []json.RawMessage{}, TCP: []json.RawMessage{}}
	if built == nil {
		return said, nil
	}
	if said.HTTP, err = texts(built.BuildHTTP()); err != nil {
		return answer{}, err
	}
	said.TCP, err = texts(built.BuildTCP())
	return said, err
}

// policiesOf reads and validates the policies as istiod reads its configuration.
func policiesOf(asked question, mesh *meshconfig.MeshConfig) (*model.AuthorizationPolicies, error) {
	documents := make([]string, len(asked.Policies))
	for i, policy := range asked.Policies {
		documents[i] = string(policy)
	}
	configs, _, err := crd.ParseInputs(strings.Join(documents, "\n---\n"))
	if err != nil {
		return nil, err
	}
	store := memory.Make(collections.Pilot)
	for _, found := range configs {
		if _, err := store.Create(found); err != nil {
			return nil, err
		}
	}
	return model.GetAuthorizationPolicies(&model.Environment{
		ConfigStore: store,
		Watcher:     meshwatcher.NewTestWatcher(mesh),
	}), nil
}

func matcher(asked question) model.WorkloadPolicyMatcher {
	proxy := &model.Proxy{ConfigNamespace: asked.Namespace, Labels: asked.Labels}
	if asked.Waypoint {
		proxy.Type = model.Waypoint
	}
	found := model.PolicyMatcherForProxy(proxy).WithRootNamespace(asked.RootNamespace)
	if asked.Service == "" {
		return found
	}
	return found.WithService(&model.Service{Attributes: model.ServiceAttributes{
		Name:            asked.Service,
		Namespace:       asked.Namespace,
		ServiceRegistry: provider.Kubernetes,
	}})
}

func texts[T proto.Message](messages []T) ([]json.RawMessage, error) {
	found := make([]json.RawMessage, 0, len(messages))
	for _, message := range messages {
		text, err := protomarshal.Marshal(message)
		if err != nil {
			return nil, err
		}
		found = append(found, text)
	}
	return found, nil
}
