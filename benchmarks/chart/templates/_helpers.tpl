{{- define "tenants.labels" -}}
app.kubernetes.io/managed-by: gitops-tenancy
gitops-tenancy/tenant: {{ .name | quote }}
{{- end -}}

{{- define "tenants.name" -}}
{{- $kind := ternary "group" "user" (hasKey . "group") -}}
{{- $who := .user | default .group -}}
{{- printf "%s-%s-clusterrole-%s" $kind (regexReplaceAll "[^a-zA-Z0-9]+" $who "-" | lower) .role -}}
{{- end -}}

{{- define "tenants.annotations" -}}
{{- if hasKey . "group" }}
group: {{ .group | quote }}
{{- else }}
user: {{ .user | quote }}
{{- end }}
role: {{ .role }}
{{- end -}}
